import CLinux
import Glibc

/// A file that is read again and again through one descriptor.
///
/// On procfs and cgroupfs a kept descriptor gives fresh content at each `pread(2)`, costs a fraction
/// of opening anew, and answers ENODEV or ESRCH once its group or process is gone, even when another
/// has taken its name or number.
struct KeptFile: ~Copyable {
  private let descriptor: Int32

  /// No file: reading it yields nil.
  init() { descriptor = -1 }

  /// Opens `path`; a file that cannot be opened is as good as none.
  init(_ path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  }

  /// Opens the first of `paths` that can be opened.
  init(firstOf paths: [String]) {
    var found: Int32 = -1
    for path in paths where found < 0 {
      found = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    }
    descriptor = found
  }

  deinit {
    if descriptor >= 0 { _ = close(descriptor) }
  }

  var isOpen: Bool { descriptor >= 0 }

  /// Reads a file that the kernel prints in one piece, which is nearly every one; false when it
  /// cannot be read, for whatever reason.
  func read(into buffer: inout ReadBuffer) -> Bool {
    descriptor >= 0 && buffer.fillOnce(from: descriptor)
  }

  /// Reads a file that the kernel prints record by record; false when it cannot be read.
  func readRecords(into buffer: inout ReadBuffer) -> Bool {
    descriptor >= 0 && buffer.fill(from: descriptor)
  }

  /// Reads a file that holds a single number.
  func number(_ buffer: inout ReadBuffer) -> UInt64? {
    guard read(into: &buffer) else { return nil }
    var scanner = Scanner(buffer.text)
    return scanner.number()
  }
}

/// The one buffer that all files of a sample are read into, one after the other.
struct ReadBuffer {
  private var storage: [UInt8]
  private var count = 0

  init(capacity: Int = 64 << 10) {
    storage = Array(repeating: 0, count: capacity)
  }

  /// The text that was read last.
  var text: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get { storage.span.extracting(first: count) }
  }

  /// Reads from the start of the file until the kernel says there is no more.
  ///
  /// A short read is not the end for files that the kernel prints record by record
  /// (`cgroup.procs`, `diskstats`): only 0 is.
  mutating func fill(from descriptor: Int32) -> Bool {
    count = 0
    while true {
      if count == storage.count { storage.append(contentsOf: repeatElement(0, count: count)) }
      let start = count
      let got = storage.withUnsafeMutableBytes { bytes in
        pread(
          descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start, off_t(start))
      }
      if got < 0 {
        if errno == EINTR { continue }
        return false
      }
      if got == 0 { return true }
      count += got
    }
  }

  /// Reads a file that the kernel prints in one piece, without asking whether there is more.
  ///
  /// True for everything made with `single_open` and for cgroup files with one `seq_show`
  /// (`/proc/PID/stat`, `cpu.stat`, PSI, …): it is returned whole where the buffer is large enough,
  /// and half the system calls are saved.
  mutating func fillOnce(from descriptor: Int32) -> Bool {
    var got = 0
    repeat {
      got = storage.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    } while got < 0 && errno == EINTR
    if got == storage.count { return fill(from: descriptor) }
    count = max(0, got)
    return got >= 0
  }

  /// Opens, reads and closes a file below the directory `base`.
  mutating func readOnce(_ name: UnsafePointer<CChar>, in base: Int32) -> Bool {
    let descriptor = openat(base, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      count = 0
      return false
    }
    defer { _ = close(descriptor) }
    return fillOnce(from: descriptor)
  }

  /// Opens, reads whole and closes a file, for what is not read at every tick.
  mutating func readWhole(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      count = 0
      return false
    }
    defer { _ = close(descriptor) }
    return fill(from: descriptor)
  }

  /// The text as a string, for names and layouts that are read once.
  var string: String { String(decoding: storage[0..<count], as: UTF8.self) }
}
