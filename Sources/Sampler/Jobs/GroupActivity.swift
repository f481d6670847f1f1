import Host
import Model

/// How busy a group is that is no job: looked at now and then, to notice when it becomes worth a row
/// or its processes worth a look.
final class GroupActivity {
  let path: String
  private let usage: KeptFile
  private let memoryCurrent: KeptFile
  private let memoryStat: KeptFile
  private let version2: Bool
  private var last: (usage: UInt64, time: Instant)?

  /// Cores below and memory below which nothing gets a row of its own.
  static let worthCores = 0.5
  static let worthMemory = Bytes.gibi(1)

  init(_ path: String, _ paths: GroupPaths) {
    self.path = path
    version2 = paths.accountsInUnified
    let unified = paths.unified("memory", path) ?? "/nonexistent"
    usage =
      version2
      ? KeptFile("\(paths.unified(path) ?? "/nonexistent")/cpu.stat")
      : KeptFile("\(paths.directory("cpuacct", path) ?? "/nonexistent")/cpuacct.usage")
    let current = KeptFile("\(unified)/memory.current")
    if current.isOpen {
      memoryCurrent = current
      memoryStat = KeptFile("\(unified)/memory.stat")
    } else {
      let legacy = paths.directory("memory", path) ?? "/nonexistent"
      memoryCurrent = KeptFile("\(legacy)/memory.usage_in_bytes")
      memoryStat = KeptFile("\(legacy)/memory.stat")
    }
  }

  /// Whether its memory can be read: without the controller nothing says that it holds none.
  var knowsMemory: Bool { memoryCurrent.isOpen }

  /// Whether somebody drew a line for this very group: then it is worth a row before it uses anything.
  static func hasLimit(_ path: String, _ paths: GroupPaths, _ buffer: inout ReadBuffer) -> Bool {
    for (controller, file) in [
      ("cpu", "cpu.max"), ("memory", "memory.max"), ("memory", "memory.high"),
    ] {
      if let unified = paths.unified(controller, path), isLimit("\(unified)/\(file)", &buffer) {
        return true
      }
    }
    if let cpu = paths.directory("cpu", path), isLimit("\(cpu)/cpu.cfs_quota_us", &buffer) {
      return true
    }
    if let memory = paths.directory("memory", path) {
      return isLimit("\(memory)/memory.limit_in_bytes", &buffer)
    }
    return false
  }

  /// `max`, -1 and v1's 2⁶³ less a page are none.
  private static func isLimit(_ file: String, _ buffer: inout ReadBuffer) -> Bool {
    guard buffer.readWhole(file) else { return false }
    var scanner = Scanner(buffer.text)
    return scanner.number().map { $0 < 1 << 62 } ?? false
  }

  /// Whether it used half a core since the last look, or holds a gibibyte that is not page cache.
  /// Nil on the first look, and when it is gone.
  func isWorthARow(_ buffer: inout ReadBuffer) -> Bool? {
    guard usage.read(into: &buffer) else { return nil }
    let now = Clock.now
    let total =
      version2 ? GroupCounters.usage2(buffer.text) : GroupCounters.single(buffer.text)
    guard let total else { return nil }
    defer { last = (total, now) }
    if let charged = memoryCurrent.number(&buffer), Bytes(clamping: charged) >= Self.worthMemory,
      memoryStat.read(into: &buffer)
    {
      var memory = MemoryReading()
      GroupCounters.parseMemoryStat(buffer.text, into: &memory)
      let held = (memory.anonymous ?? .zero) + (memory.shared ?? .zero)
      if held >= Self.worthMemory { return true }
    }
    guard let last, total >= last.usage else { return nil }
    let seconds = now.seconds(since: last.time)
    return seconds > 0 ? Double(total - last.usage) / 1e9 / seconds >= Self.worthCores : nil
  }
}
