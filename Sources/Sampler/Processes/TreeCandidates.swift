/// A command that may become a job, while trees are assessed.
struct TreeCandidate {
  /// What its processes have in common (``CommandTree/key``).
  let key: Int32
  var root: Int32
  var cores: Float = 0
  /// Pages.
  var resident: UInt64 = 0
  /// The parent of one of its processes is in a job.
  var isBelowJob = false
  /// The slot of the process that was added last: the others follow.
  fileprivate var last: Int32 = -1
}

/// The processes in no job, sorted into commands.
///
/// A box has thousands of which next to none becomes a job: the processes of each are a chain through
/// one array, and none has a list of its own.
struct TreeCandidates {
  /// By their keys.
  private(set) var all: [Int32: TreeCandidate] = [:]
  /// For each slot the one that was added to its command before it; -1 for none.
  private var before: [Int32]

  init(slots: Int) { before = Array(repeating: -1, count: slots) }

  subscript(_ key: Int32) -> TreeCandidate? { all[key] }

  /// The slots of a command's processes, in no order.
  func slots(of candidate: TreeCandidate) -> [Int32] {
    var slots: [Int32] = []
    var slot = candidate.last
    while slot >= 0 {
      slots.append(slot)
      slot = before[Int(slot)]
    }
    return slots
  }

  /// Adds a process to the command of this key, whose root becomes what `elder` makes of it.
  mutating func add(
    _ slot: Int32, key: Int32, top: Int32, cores: Float, resident: UInt64, isBelowJob: Bool,
    elder: (Int32) -> Int32
  ) {
    func add(to candidate: inout TreeCandidate) {
      before[Int(slot)] = candidate.last
      candidate.last = slot
      candidate.cores += cores
      candidate.resident &+= resident
      candidate.isBelowJob = candidate.isBelowJob || isBelowJob
      candidate.root = elder(candidate.root)
    }
    add(to: &all[key, default: TreeCandidate(key: key, root: top)])
  }
}
