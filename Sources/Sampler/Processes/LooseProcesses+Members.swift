import CLinux
import Glibc
import Host
import Model

/// What the members of command trees used.
extension LooseProcesses {
  /// Looks at every member through its kept descriptor and adds up what their trees used.
  ///
  /// A tree's usage grows by what its living processes used, and by what the counters of waited-for
  /// children grew beyond what those children were already seen to have used. For that, parents are
  /// read before their children (``CommandTree/members`` is in order of age), and all are read before
  /// anything is added up: a child that died in between is then either still owed to its parent's
  /// counter or already in it, never both.
  mutating func lookAtMembers(_ buffer: inout ReadBuffer, _ now: Instant, cpus: Int) {
    for tree in trees.values {
      var gone: [Int32] = []
      for slot in tree.members {
        if look(at: slot, &buffer, now) {
          if slots[Int(slot)].hasRun != false { lookAtIO(slot, &buffer) }
        } else {
          gone.append(slot)
        }
      }
      if !gone.isEmpty {
        // Children first, so that what is owed to a parent that went too is passed on.
        for slot in gone.reversed() {
          depart(slot, hasDied: true)
          lookAgain(at: slot)
        }
        tree.members.removeAll { slots[Int($0)].tree != tree.number }
      }
      addUp(tree, now, cpus: cpus)
    }
  }

  private mutating func addUp(_ tree: CommandTree, _ now: Instant, cpus: Int) {
    // No more can have been used by children that came and went between two looks. What is beyond
    // was used elsewhere: by one that was moved to a cgroup of its own and waited for here.
    let seconds = now.seconds(since: tree.readAt)
    let most = cpus > 0 ? UInt64((seconds * Double(cpus) + 0.1) * 1e9) / Clock.tick : UInt64.max
    var ticks: UInt64 = 0
    var resident: UInt64 = 0
    var threads = 0
    var processes = 0
    for slot in tree.members.lazy.map(Int.init) {
      resident &+= slots[slot].resident
      if !slots[slot].isZombie {
        threads += Int(slots[slot].threads)
        processes += 1
      }
      // Most rest.
      if slots[slot].newOwn | slots[slot].newChildren | slots[slot].newRead
        | slots[slot].newWritten | slots[slot].newCalled == 0
      {
        continue
      }
      let unseen = Self.unowed(slots[slot].newChildren, &slots[slot].owed)
      ticks &+= slots[slot].newOwn &+ (unseen <= most ? unseen : 0)
      if slots[slot].io.read != nil {
        tree.io.read =
          (tree.io.read ?? 0) &+ Self.unowed(slots[slot].newRead, &slots[slot].owedRead)
        tree.io.written =
          (tree.io.written ?? 0) &+ Self.unowed(slots[slot].newWritten, &slots[slot].owedWritten)
        tree.io.called =
          (tree.io.called ?? 0) &+ Self.unowed(slots[slot].newCalled, &slots[slot].owedCalled)
      }
    }
    (tree.resident, tree.threads, tree.processes) = (resident, threads, processes)
    tree.usage &+= ticks &* Clock.tick
    tree.readAt = now
  }

  /// What is left of a counter's growth when what children were already seen to have used is off.
  private static func unowed(_ growth: UInt64, _ owed: inout UInt64) -> UInt64 {
    let known = min(growth, owed)
    owed -= known
    return growth - known
  }

  /// Reads what a member moved to and from disks: only members that ran can have moved anything.
  ///
  /// `read_bytes` and `write_bytes` of /proc/PID/io (proc_pid_io(5)) contain waited-for children.
  private mutating func lookAtIO(_ slot: Int32, _ buffer: inout ReadBuffer) {
    let process = slots[Int(slot)]
    // Its time is told in hundredths of a second: of what moved data, little may show.
    let mayHave =
      process.hasRun
      ?? (process.newOwn > 0 || process.newChildren > 0 || process.quietTicks < Self.quietTicks)
    guard process.ioDescriptor >= 0, mayHave, buffer.fillOnce(from: process.ioDescriptor)
    else { return }
    let now = Parsing.processIO(buffer.text)
    func grown(_ now: UInt64?, _ before: UInt64?) -> UInt64 {
      guard let now, let before, now > before else { return 0 }
      return now - before
    }
    slots[Int(slot)].newRead = grown(now.read, process.io.read)
    slots[Int(slot)].newWritten = grown(now.written, process.io.written)
    slots[Int(slot)].newCalled = grown(now.called, process.io.called)
    // Reading pipes and the page cache moves nothing.
    let isQuiet = now.read == process.io.read && now.written == process.io.written
    slots[Int(slot)].quietTicks = isQuiet ? min(process.quietTicks, 254) + 1 : 0
    slots[Int(slot)].io = now
  }

  private static let quietTicks: UInt8 = 20

  /// Makes a process a member. `isNew`: all that it used, it used since the tree was last read; else
  /// its usage counts from now on.
  mutating func join(
    _ slot: Int32, tree number: Int32, isNew: Bool, _ buffer: inout ReadBuffer
  ) {
    guard let tree = trees[number] else { return }
    slots[Int(slot)].tree = number
    slots[Int(slot)].owed = 0
    slots[Int(slot)].owedRead = 0
    slots[Int(slot)].owedWritten = 0
    slots[Int(slot)].owedCalled = 0
    if slots[Int(slot)].descriptor < 0, kept < mostKept {
      keepDescriptors(slot)
    }
    if slots[Int(slot)].ioDescriptor >= 0, buffer.fillOnce(from: slots[Int(slot)].ioDescriptor) {
      slots[Int(slot)].io = Parsing.processIO(buffer.text)
    }
    let process = slots[Int(slot)]
    tree.members.append(slot)
    tree.resident &+= process.resident
    if !process.isZombie {
      tree.threads += Int(process.threads)
      tree.processes += 1
    }
    if let read = process.io.read, let written = process.io.written {
      tree.io.read = (tree.io.read ?? 0) &+ (isNew ? read : 0)
      tree.io.written = (tree.io.written ?? 0) &+ (isNew ? written : 0)
      tree.io.called = (tree.io.called ?? 0) &+ (isNew ? process.io.called ?? 0 : 0)
    }
    if isNew { tree.usage &+= (process.own &+ process.children) &* Clock.tick }
  }

  private mutating func keepDescriptors(_ slot: Int32) {
    let pid = slots[Int(slot)].pid
    let stat = openat(procDirectory, "\(pid)/stat", O_RDONLY | O_CLOEXEC)
    if stat >= 0 { kept += 1 }
    slots[Int(slot)].descriptor = stat
    let io = openat(procDirectory, "\(pid)/io", O_RDONLY | O_CLOEXEC)
    if io >= 0 { kept += 1 }
    slots[Int(slot)].ioDescriptor = io
    let ran = openat(procDirectory, "\(pid)/schedstat", O_RDONLY | O_CLOEXEC)
    if ran >= 0 { kept += 1 }
    slots[Int(slot)].ranDescriptor = ran
  }

  /// Drops credits that never came (a parent that ignores SIGCHLD is told of no child), and trees
  /// whose root has ended.
  mutating func settle() {
    for (key, tree) in trees {
      if tree.hasOwed { settle(tree) }
      let hasRoot =
        index[tree.root.pid].map {
          slots[Int($0)].start == tree.root.start && !slots[Int($0)].isZombie
        } ?? false
      if hasRoot { continue }
      let hasPeer = tree.members.contains {
        slots[Int($0)].group == tree.key && !slots[Int($0)].isZombie
      }
      if !hasPeer { dissolve(key) }
    }
  }

  private mutating func settle(_ tree: CommandTree) {
    tree.hasOwed = false
    for slot in tree.members where slots[Int(slot)].owed > 0 {
      slots[Int(slot)].owedTicks += 1
      if slots[Int(slot)].owedTicks > 3 {
        slots[Int(slot)].owed = 0
        slots[Int(slot)].owedRead = 0
        slots[Int(slot)].owedWritten = 0
        slots[Int(slot)].owedCalled = 0
      } else {
        tree.hasOwed = true
      }
    }
  }

  private mutating func dissolve(_ key: Int32) {
    guard let tree = trees.removeValue(forKey: key) else { return }
    for slot in tree.members {
      slots[Int(slot)].tree = -1
      closeDescriptors(slot)
    }
  }
}
