import CLinux
import Glibc

/// One process, from `/proc/PID/stat` (proc_pid_stat(5)), as far as it takes to tell whose it is.
struct ProcessEntry: Sendable, Hashable {
  var pid: Int32
  var state: UInt8
  var parent: Int32
  var group: Int32
  var session: Int32
  var terminal: Int32
  /// PF_KTHREAD.
  var isKernelThread: Bool
  var threads: Int32
  /// Clock ticks after boot.
  var start: UInt64

  var identity: ProcessIdentity { ProcessIdentity(pid: pid, start: start) }

  /// It has ended and only waits to be noticed; a main thread that ended before the others has not.
  var isZombie: Bool {
    (state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")) && threads <= 1
  }

  /// Stopped by a signal; not by a debugger, which is `t`.
  var isStopped: Bool { state == UInt8(ascii: "T") }

  /// Nil when the text is not of the documented form. The name may hold any byte and ends at the
  /// last `)`.
  init?(stat text: UnsafeRawBufferPointer) {
    guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    var number: Int64 = 0
    for byte in text where byte >= 0x30 && byte <= 0x39 || byte == 0x20 {
      if byte == 0x20 { break }
      number = number * 10 + Int64(byte - 0x30)
    }
    pid = Int32(truncatingIfNeeded: number)
    // The fields from the third on: the state, then numbers.
    var fields = FieldScanner(UnsafeRawBufferPointer(rebasing: text[(end + 1)...]))
    guard let state = fields.letter(), let parent = fields.number(), let group = fields.number(),
      let session = fields.number(), let terminal = fields.number(), fields.skip(1),
      let flags = fields.number(), fields.skip(10), let threads = fields.number(), fields.skip(1),
      let start = fields.number()
    else { return nil }
    self.state = state
    self.parent = Int32(truncatingIfNeeded: parent)
    self.group = Int32(truncatingIfNeeded: group)
    self.session = Int32(truncatingIfNeeded: session)
    self.terminal = Int32(truncatingIfNeeded: terminal)
    isKernelThread = flags & 0x0020_0000 != 0
    self.threads = Int32(truncatingIfNeeded: threads)
    self.start = UInt64(truncatingIfNeeded: start)
  }
}

/// Blank-separated fields.
private struct FieldScanner {
  private let text: UnsafeRawBufferPointer
  private var position = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  private mutating func skipBlanks() {
    while position < text.count, text[position] == 0x20 { position += 1 }
  }

  mutating func letter() -> UInt8? {
    skipBlanks()
    guard position < text.count else { return nil }
    position += 1
    return text[position - 1]
  }

  mutating func number() -> Int64? {
    skipBlanks()
    let isNegative = position < text.count && text[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let start = position
    var value: Int64 = 0
    while position < text.count, text[position] >= 0x30, text[position] <= 0x39 {
      value = value &* 10 &+ Int64(text[position] - 0x30)
      position += 1
    }
    return position > start ? (isNegative ? -value : value) : nil
  }

  mutating func skip(_ count: Int) -> Bool {
    for _ in 0..<count {
      skipBlanks()
      guard position < text.count else { return false }
      while position < text.count, text[position] != 0x20 { position += 1 }
    }
    return true
  }
}

/// All processes at one time. A process that lives from the beginning of the reading to its end is
/// in it.
enum ProcessTable {
  static func read(proc: String) -> [ProcessEntry] {
    guard let stream = opendir(proc) else { return [] }
    defer { closedir(stream) }
    var entries: [ProcessEntry] = []
    while let entry = readdir(stream) {
      let pid = withUnsafeBytes(of: &entry.pointee.d_name) { name in
        var pid: Int32 = 0
        for byte in name {
          guard byte >= 0x30, byte <= 0x39 else { return byte == 0 ? pid : 0 }
          pid = pid &* 10 &+ Int32(byte - 0x30)
        }
        return 0
      }
      if pid > 0, let found = self.entry(of: pid, proc: proc) { entries.append(found) }
    }
    return entries
  }

  /// Nil where there is no such process.
  static func entry(of pid: Int32, proc: String) -> ProcessEntry? {
    let descriptor = open("\(proc)/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { buffer in
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      guard count > 0 else { return nil }
      return ProcessEntry(stat: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// The name that the kernel keeps, of at most 15 bytes; empty where the process is gone.
  static func name(of pid: Int32, proc: String) -> String {
    Files.line("\(proc)/\(pid)/comm") ?? ""
  }

  /// The user that a process runs as; nil where it is gone.
  static func owner(of pid: Int32, proc: String) -> UInt32? {
    var status = stat()
    return stat("\(proc)/\(pid)", &status) == 0 ? status.st_uid : nil
  }
}
