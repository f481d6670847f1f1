import Model

/// A group whose processes are in no job of their own and are sorted into command trees.
final class LooseGroup {
  let path: String
  let isRoot: Bool
  /// Tells it from the other loose groups.
  let number: Int32
  private let list: String
  private let kept: KeptFile
  private let activity: GroupActivity
  /// Its processes are looked at. Until it has proved quiet, it may hold something.
  private(set) var isActive = true

  /// The number of no group, for processes of a box without cgroups.
  static let nowhere: Int32 = -1

  init(_ path: String, number: Int32, _ paths: GroupPaths) {
    self.path = path
    self.number = number
    isRoot = path == "/"
    list = "\(paths.accounting(path) ?? "/nonexistent")/cgroup.procs"
    // v1 hands a descriptor that was read within the last second the same list again
    // (CGROUP_PIDLIST_DESTROY_DELAY of the kernel's cgroup-v1.c): there it is opened each time.
    kept = paths.accountsInUnified ? KeptFile(list) : KeptFile()
    activity = GroupActivity(path, paths)
  }

  /// Looks whether it still deserves a look.
  func assess(_ buffer: inout ReadBuffer, holdsJobs: Bool) {
    guard let worth = activity.isWorthARow(&buffer) else { return }
    isActive = worth || holdsJobs || isRoot || !activity.knowsMemory
  }

  /// Has its processes looked at until it is assessed again.
  func wake() { isActive = true }

  /// Reads the list of its processes (``ProcessList``); false where it cannot be read.
  func read(_ buffer: inout ReadBuffer) -> Bool {
    kept.isOpen ? kept.readRecords(into: &buffer) : buffer.readWhole(list)
  }
}

/// `cgroup.procs`, `cgroup.threads`, `tasks`: one number a line. Processes outside of our pid
/// namespace appear as 0 and are passed over.
enum ProcessList {
  static func forEach(_ text: Span<UInt8>, _ body: (Int32) -> Void) {
    var scanner = Scanner(text)
    while let number = scanner.number() {
      if number > 0, number <= UInt64(Int32.max) { body(Int32(number)) }
      scanner.skipLine()
    }
  }
}
