import CLinux
import Glibc

/// The kernel's own news of every fork (the process events connector, linux/cn_proc.h): what tells
/// whose child a process is whose parent has already gone.
///
/// For root in the initial namespaces only; elsewhere there are none.
final class ForkEvents {
  private let descriptor: Int32

  /// Whether the kernel had more to tell than was read in time.
  private(set) var hasLost = false

  /// AF_NETLINK, NETLINK_CONNECTOR, CN_IDX_PROC and CN_VAL_PROC.
  private static let family: UInt16 = 16
  private static let connector: Int32 = 11
  private static let index: UInt32 = 1
  private static let value: UInt32 = 1

  /// Nil where the kernel does not say yes within a moment.
  init?() {
    let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    descriptor = socket(Int32(Self.family), type, Self.connector)
    guard descriptor >= 0 else { return nil }
    var size: Int32 = 4 << 20
    // SO_RCVBUFFORCE: a storm of forks must not overrun it between two looks.
    setsockopt(descriptor, SOL_SOCKET, 33, &size, socklen_t(MemoryLayout<Int32>.size))
    // struct sockaddr_nl: family, padding, port, groups.
    var address: (UInt16, UInt16, UInt32, UInt32) = (Self.family, 0, 0, Self.index)
    let isBound = withUnsafeBytes(of: &address) { bytes in
      guard let start = bytes.baseAddress else { return false }
      return bind(
        descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
    }
    guard isBound, ask(listen: true), isAnswered() else { return nil }
  }

  deinit {
    if descriptor >= 0 {
      _ = ask(listen: false)
      close(descriptor)
    }
  }

  /// The forks of processes since the last reading, in their order.
  func read() -> [(parent: Int32, child: Int32)] {
    var forks: [(parent: Int32, child: Int32)] = []
    while let event = next() {
      // PROC_EVENT_FORK; of a thread where both are of one process.
      if event.what == 1, event.data.1 != event.data.3 {
        forks.append((Int32(bitPattern: event.data.1), Int32(bitPattern: event.data.3)))
      }
    }
    return forks
  }

  private struct Event {
    var what: UInt32
    /// Of a fork: the parent's thread and process, the child's thread and process.
    var data: (UInt32, UInt32, UInt32, UInt32)
  }

  /// Nil where nothing more is there.
  private func next() -> Event? {
    withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { buffer in
      while true {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == ENOBUFS {
          hasLost = true
          continue
        }
        if count < 0, errno == EINTR { continue }
        // nlmsghdr of 16 bytes, cn_msg of 20, then proc_event: what, CPU, time, data.
        if count < 0 { return nil }
        if count < 68 { continue }
        func number(_ offset: Int) -> UInt32 {
          buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        }
        return Event(
          what: number(36), data: (number(52), number(56), number(60), number(64)))
      }
    }
  }

  private func ask(listen: Bool) -> Bool {
    // nlmsghdr: length, type NLMSG_DONE, flags, sequence, port; cn_msg: index, value, sequence,
    // acknowledgement, length and flags; PROC_CN_MCAST_LISTEN or _IGNORE.
    let words: [UInt32] = [
      40, 3, 0, UInt32(getpid()), Self.index, Self.value, 0, 0, 4, listen ? 1 : 2,
    ]
    return words.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) == $0.count }
  }

  /// The kernel acknowledges with an event of its own, which says EPERM where it is not allowed.
  private func isAnswered() -> Bool {
    let end = Deadline(seconds: 0.1)
    var one = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&one, 1, end.milliseconds) > 0 {
      while let event = next() {
        if event.what == 0 { return event.data.0 == 0 }
      }
      if end.hasPassed { break }
    }
    return false
  }
}
