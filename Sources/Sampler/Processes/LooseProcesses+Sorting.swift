import CLinux
import Glibc
import Host
import Model

/// Sorting processes into the commands that people typed.
extension LooseProcesses {
  /// Sorts all loose processes that are in no job into commands.
  func candidates() -> TreeCandidates {
    var found = TreeCandidates(slots: slots.count)
    var tops = [Int32](repeating: -1, count: slots.count)
    for index in slots.indices
    where !slots[index].isVacant && slots[index].tree < 0 && !slots[index].isAnchor
      && !slots[index].isZombie
    {
      let slot = Int32(index)
      let top = self.top(of: slot, &tops)
      let key = slots[Int(top)].role == .kernel ? -slots[Int(top)].pid : slots[Int(top)].group
      let parent = self.index[slots[index].parent]
      let isBelowJob = parent.map { slots[Int($0)].tree >= 0 } ?? false
      found.add(
        slot, key: key, top: top, cores: slots[index].cores ?? 0, resident: slots[index].resident,
        isBelowJob: isBelowJob, elder: { elder($0, top, group: key) })
    }
    return found
  }

  /// The process by whose arguments a command is called: its root, or, where that is a shell's fork
  /// that runs a part of what was typed, the first program that it started.
  func eponym(of candidate: TreeCandidate, in found: TreeCandidates) -> ProcessFiles.Target {
    let root = slots[Int(candidate.root)]
    guard !root.hasExecuted, Anchor.shells.contains(root.name) else { return root.target }
    let programs = found.slots(of: candidate).filter { slots[Int($0)].hasExecuted }
    return programs.min { isOlder($0, $1) }.map { slots[Int($0)].target } ?? root.target
  }

  /// The process group's leader if it is one of the two, else the one started first.
  private func elder(_ a: Int32, _ b: Int32, group: Int32) -> Int32 {
    if slots[Int(a)].pid == group { return a }
    if slots[Int(b)].pid == group { return b }
    return isOlder(b, a) ? b : a
  }

  /// Commands in no job yet that may become one, oldest first, so that names are given in a stable
  /// order. Most use next to nothing: `isWorthALook` is to be cheap.
  func newcomers(
    among found: TreeCandidates, where isWorthALook: (TreeCandidate) -> Bool
  ) -> [TreeCandidate] {
    found.all.values.filter { isWorthALook($0) && slots[Int($0.root)].tree < 0 }
      .sorted { isOlder($0.root, $1.root) }
  }

  func isOlder(_ a: Int32, _ b: Int32) -> Bool {
    (slots[Int(a)].start, slots[Int(a)].pid) < (slots[Int(b)].start, slots[Int(b)].pid)
  }

  /// The topmost process below an anchor, by parent links; a Jupyter kernel is its own.
  private func top(of slot: Int32, _ tops: inout [Int32]) -> Int32 {
    var top = slot
    // Links may go in circles: numbers are used again.
    for _ in 0..<Self.mostAncestors {
      if tops[Int(top)] >= 0 {
        top = tops[Int(top)]
        break
      }
      guard slots[Int(top)].role != .kernel, let parent = index[slots[Int(top)].parent],
        !slots[Int(parent)].isAnchor
      else { break }
      top = parent
    }
    var below = slot
    while tops[Int(below)] < 0 {
      tops[Int(below)] = top
      guard below != top, let parent = index[slots[Int(below)].parent] else { break }
      below = parent
    }
    return top
  }

  private static let phases: Int32 = 16

  /// Makes a command a job; `eponym` is the process that it is called by. Its usage counts from now.
  /// False when none of it is left.
  mutating func promote(
    _ candidate: TreeCandidate, of found: TreeCandidates, job: Job,
    eponym: ProcessFiles.Target? = nil, _ buffer: inout ReadBuffer
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
    take(found.slots(of: candidate), into: number, &buffer)
    if tree.members.isEmpty {
      trees[number] = nil
      return false
    }
    return true
  }

  /// Adds processes that belong to a job by their parents or process group but were not attached when
  /// they appeared, because their parent was found later.
  mutating func attachStragglers(_ found: TreeCandidates, _ buffer: inout ReadBuffer) {
    guard !trees.isEmpty else { return }
    var byKey: [Int32: Int32] = [:]
    for (key, tree) in trees { byKey[tree.key] = key }
    var joined: Set<Int32> = []
    for candidate in found.all.values where candidate.isBelowJob || byKey[candidate.key] != nil {
      for slot in found.slots(of: candidate).sorted(by: { isOlder($0, $1) }) {
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
