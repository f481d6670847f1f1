import CLinux
import Glibc
import Host
import Model

/// Sorting processes into the commands that people typed.
extension LooseProcesses {
  /// Sorts all loose processes that are in no job into commands.
  func candidates() -> [Int32: TreeCandidate] {
    var tops = [Int32](repeating: -1, count: slots.count)
    var candidates: [Int32: TreeCandidate] = [:]
    for slot in slots.indices.map(Int32.init) where !slots[Int(slot)].isVacant {
      let process = slots[Int(slot)]
      guard process.tree < 0, !process.isAnchor, !process.isZombie else { continue }
      let top = self.top(of: slot, &tops)
      let key = slots[Int(top)].role == .kernel ? -slots[Int(top)].pid : slots[Int(top)].group
      // In place: a candidate that is taken out has its array copied.
      candidates[key, default: TreeCandidate(key: key, root: top)]
        .add(slot, process, elder: { elder($0, top, group: key) })
    }
    return candidates
  }

  /// The process by whose arguments a command is called: its root, or, where that is a shell's fork
  /// that runs a part of what was typed, the first program that it started.
  func eponym(of candidate: TreeCandidate) -> ProcessFiles.Target {
    let root = slots[Int(candidate.root)]
    guard !root.hasExecuted, Anchor.shells.contains(root.name) else { return root.target }
    let programs = candidate.slots.filter { slots[Int($0)].hasExecuted }
    return programs.min { isOlder($0, $1) }.map { slots[Int($0)].target } ?? root.target
  }

  /// The process group's leader if it is one of the two, else the one started first.
  private func elder(_ a: Int32, _ b: Int32, group: Int32) -> Int32 {
    if slots[Int(a)].pid == group { return a }
    if slots[Int(b)].pid == group { return b }
    return isOlder(b, a) ? b : a
  }

  /// Commands in no job yet, oldest first, so that names are given in a stable order.
  func newcomers(among candidates: [Int32: TreeCandidate]) -> [TreeCandidate] {
    candidates.values.filter { slots[Int($0.root)].tree < 0 }
      .sorted { isOlder($0.root, $1.root) }
  }

  func isOlder(_ a: Int32, _ b: Int32) -> Bool {
    (slots[Int(a)].start, slots[Int(a)].pid) < (slots[Int(b)].start, slots[Int(b)].pid)
  }

  /// The topmost process below an anchor, by parent links; a Jupyter kernel is its own.
  private func top(of slot: Int32, _ tops: inout [Int32]) -> Int32 {
    if tops[Int(slot)] >= 0 { return tops[Int(slot)] }
    var path: [Int32] = []
    var current = slot
    while path.count < Self.mostAncestors {
      path.append(current)
      let process = slots[Int(current)]
      if process.role == .kernel { break }
      guard let parent = index[process.parent], !slots[Int(parent)].isAnchor,
        !path.contains(parent)
      else { break }
      if tops[Int(parent)] >= 0 {
        current = tops[Int(parent)]
        break
      }
      current = parent
    }
    for visited in path { tops[Int(visited)] = current }
    return current
  }

  private static let phases: Int32 = 16

  /// Makes a command a job; `eponym` is the process that it is called by. Its usage counts from now.
  /// False when none of it is left.
  mutating func promote(
    _ candidate: TreeCandidate, job: Job, eponym: ProcessFiles.Target? = nil,
    _ buffer: inout ReadBuffer
  ) -> Bool {
    let number = nextTree
    nextTree += 1
    let root = slots[Int(candidate.root)].target
    let tree = CommandTree(number: number, root: root, key: candidate.key, job: job)
    tree.readAt = Clock.now
    tree.since = tree.readAt
    tree.eponym = eponym
    // Found together, they are not all to be weighed again together.
    tree.memoryEverySeconds += Double(number % Self.phases)
    trees[number] = tree
    if let eponym, let slot = index[eponym.pid] { slots[Int(slot)].isEponym = true }
    take(candidate.slots, into: number, &buffer)
    if tree.members.isEmpty {
      trees[number] = nil
      return false
    }
    return true
  }

  /// Adds processes that belong to a job by their parents or process group but were not attached when
  /// they appeared, because their parent was found later.
  mutating func attachStragglers(_ candidates: [Int32: TreeCandidate], _ buffer: inout ReadBuffer) {
    guard !trees.isEmpty else { return }
    var byKey: [Int32: Int32] = [:]
    for (key, tree) in trees { byKey[tree.key] = key }
    var joined: Set<Int32> = []
    for candidate in candidates.values {
      for slot in candidate.slots.sorted(by: { isOlder($0, $1) }) {
        var tree = byKey[candidate.key]
        if let parent = index[slots[Int(slot)].parent], slots[Int(parent)].tree >= 0,
          slots[Int(slot)].role != .kernel
        {
          tree = slots[Int(parent)].tree
        }
        if let tree {
          take([slot], into: tree, &buffer)
          joined.insert(tree)
        }
      }
    }
    for tree in joined {
      trees[tree]?.members.sort { isOlder($0, $1) }
    }
  }

  /// Makes processes members that were known before: they are read again, and count from there.
  mutating func take(_ taken: [Int32], into tree: Int32, _ buffer: inout ReadBuffer) {
    let now = Clock.now
    for slot in taken.sorted(by: { isOlder($0, $1) }) where slots[Int(slot)].tree < 0 {
      if look(at: slot, &buffer, now) {
        join(slot, tree: tree, isNew: false, &buffer)
      } else {
        depart(slot, hasDied: true)
      }
    }
  }

  /// Whether a member of a job was listed in this group.
  func hasMembers(in place: Int32) -> Bool {
    trees.values.contains { $0.members.contains { slots[Int($0)].place == place } }
  }
}
