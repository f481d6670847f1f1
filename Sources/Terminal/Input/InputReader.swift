import Drawing
import Glibc

/// Reads standard input without ever waiting for it, but for the 25 ms that tell the Escape key from
/// the beginning of another one.
struct InputReader {
  /// Whether the terminal is gone: hung up, or at its end.
  private(set) var isGone = false
  private var decoder = InputDecoder()

  private static let escapeMilliseconds: Int32 = 25

  /// The next input that has been made, if any.
  mutating func next() -> Input? {
    var isSilent = false
    while true {
      switch decoder.next(isSilent: isSilent, at: .now) {
      case .input(let input): return input
      case .incomplete:
        if isSilent { return nil }
        isSilent = !read(waiting: Self.escapeMilliseconds)
      case .empty: guard read(waiting: 0) else { return nil }
      }
    }
  }

  /// Takes what has been sent, and returns whether that was anything.
  private mutating func read(waiting milliseconds: Int32) -> Bool {
    var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard !isGone, poll(&ready, 1, milliseconds) > 0 else { return false }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { bytes in
      let count = Glibc.read(STDIN_FILENO, bytes.baseAddress, bytes.count)
      if count < 0, errno == EINTR || errno == EAGAIN { return false }
      // A terminal whose other end is closed answers 0 or EIO, for ever.
      isGone = count <= 0
      decoder.append(bytes.prefix(max(0, count)))
      return count > 0
    }
  }
}
