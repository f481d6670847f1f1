import Model

/// `/proc/PID/stat` (proc_pid_stat(5)), the fields that are used.
struct ProcessStat {
  var pid: Int32
  var name: Comm
  var state: UInt8
  var parent: Int32
  var group: Int32
  var session: Int32
  var terminal: Int32
  var flags: UInt64
  /// Clock ticks of its own and of the children it has waited for.
  var user: UInt64
  var system: UInt64
  var childrenUser: UInt64
  var childrenSystem: UInt64
  var threads: Int32
  /// Clock ticks after boot.
  var start: UInt64
  /// Pages.
  var resident: UInt64

  /// Its own time and that of its waited-for children, in clock ticks.
  var total: UInt64 { own &+ children }
  var own: UInt64 { user &+ system }
  var children: UInt64 { childrenUser &+ childrenSystem }

  /// PF_KTHREAD of the kernel's include/linux/sched.h.
  var isKernelThread: Bool { flags & 0x0020_0000 != 0 }

  /// Not PF_FORKNOEXEC: it runs a program of its own rather than its parent's.
  var hasExecuted: Bool { flags & 0x40 == 0 }

  /// It has ended. A main thread that ended before the others is shown in the same state.
  var isZombie: Bool {
    (state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")) && threads <= 1
  }

  /// Parses the text; nil when it is not of the documented form.
  ///
  /// The name stands in brackets and may hold any byte, brackets and newlines too: it ends at the
  /// last `)` of the text.
  init?(_ text: Span<UInt8>) {
    var scanner = Scanner(text)
    guard let pid = scanner.number(), scanner.skip(" (") else { return nil }
    let nameStart = scanner.position
    guard scanner.skipToLast(UInt8(ascii: ")")) else { return nil }
    self.pid = Int32(truncatingIfNeeded: pid)
    name = Comm(text, from: nameStart, to: scanner.position - 1)
    scanner.skipBlanks()
    guard let state = scanner.next else { return nil }
    self.state = state
    scanner.skipWord()
    var fields = InlineArray<21, Int64>(repeating: 0)
    guard scanner.signedNumbers(into: &fields) else { return nil }
    // proc_pid_stat(5) counts from 1, and these begin with the fourth.
    func field(_ number: Int) -> Int64 { fields[number - 4] }
    parent = Int32(truncatingIfNeeded: field(4))
    group = Int32(truncatingIfNeeded: field(5))
    session = Int32(truncatingIfNeeded: field(6))
    terminal = Int32(truncatingIfNeeded: field(7))
    flags = UInt64(max(0, field(9)))
    user = UInt64(max(0, field(14)))
    system = UInt64(max(0, field(15)))
    childrenUser = UInt64(max(0, field(16)))
    childrenSystem = UInt64(max(0, field(17)))
    threads = Int32(truncatingIfNeeded: field(20))
    start = UInt64(max(0, field(22)))
    resident = UInt64(max(0, field(24)))
  }
}

/// A process's name as the kernel keeps it: up to 15 bytes of anything. Held inline, so that a
/// process that is only looked at costs no allocation.
struct Comm: Hashable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  init() {}

  init(_ text: Span<UInt8>, from start: Int, to end: Int) {
    let count = max(0, min(end - start, 16))
    if start >= 0, start + 16 <= text.count {
      // Two words at once: what follows the name is cut off.
      let words = text.withUnsafeBytes { bytes in
        (
          bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self),
          bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
        )
      }
      low = UInt64(littleEndian: words.0) & Self.mask(bytes: count)
      high = UInt64(littleEndian: words.1) & Self.mask(bytes: count - 8)
      return
    }
    for index in 0..<count where start + index < text.count {
      set(text[start + index], at: index)
    }
  }

  init(_ name: StaticString) {
    for index in 0..<min(name.utf8CodeUnitCount, 16) { set(name.utf8Start[index], at: index) }
  }

  /// As many low bytes as are asked for.
  private static func mask(bytes: Int) -> UInt64 {
    bytes >= 8 ? .max : bytes <= 0 ? 0 : (1 << UInt64(8 * bytes)) - 1
  }

  private mutating func set(_ byte: UInt8, at index: Int) {
    if index < 8 {
      low |= UInt64(byte) << UInt64(8 * index)
    } else {
      high |= UInt64(byte) << UInt64(8 * (index - 8))
    }
  }

  private func byte(at index: Int) -> UInt8 {
    let word = index < 8 ? low >> UInt64(8 * index) : high >> UInt64(8 * (index - 8))
    return UInt8(truncatingIfNeeded: word)
  }

  /// The bytes up to the first NUL.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<16 where byte(at: index) != 0 { bytes.append(byte(at: index)) }
    return bytes
  }

  var text: SafeText { SafeText(bytes: bytes) }

  func hasPrefix(_ prefix: StaticString) -> Bool {
    for index in 0..<min(prefix.utf8CodeUnitCount, 16) {
      if byte(at: index) != prefix.utf8Start[index] { return false }
    }
    return true
  }
}

extension ReadBuffer {
  /// The process whose stat file was read last; nil when it was none.
  var processStat: ProcessStat? { ProcessStat(text) }

  /// Resident and shared pages, when a statm file was read last (proc_pid_statm(5)).
  var residentAndShared: (resident: UInt64, shared: UInt64)? {
    var scanner = Scanner(text)
    guard scanner.number() != nil, let resident = scanner.number(), let shared = scanner.number()
    else { return nil }
    return (resident, shared)
  }
}
