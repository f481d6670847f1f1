import CLinux
import Glibc
import Host
import Model

/// The processes that are in no job's cgroup, read a few at a time, and the command trees among them.
///
/// A sample lists them (one file a group), looks at the new ones, at the members of jobs through kept
/// descriptors, and at a tenth of the others, so that nothing grows with the processes of the box but
/// the list. Sorting into trees is done once a pass.
struct LooseProcesses {
  var slots: [LooseProcess] = []
  private var free: [Int32] = []
  private(set) var index = PidTable()
  var trees: [Int32: CommandTree] = [:]
  var nextTree: Int32 = 0
  private var cursor = 0
  var kept = 0
  /// The number of the last listing, and whether the present sample made it.
  private var tick: UInt32 = 0
  private var isListed = false
  let procDirectory: Int32
  private var deferred: [(pid: Int32, place: Int32)] = []
  /// New ones that are to be looked at again, in the order of their coming.
  private var young: [(slot: Int32, start: UInt64, due: Instant)] = []
  /// When the present and the last listing began, in nanoseconds since boot.
  private var listingBegan: UInt64 = 0
  private var lastListingBegan: UInt64 = 0
  private var questions: [ProcessFiles.Target] = []

  /// At most this many processes are looked at in one sample, however many there are.
  private static let mostLooksInASample = 4000
  /// Descriptors kept for members of jobs.
  let mostKept: Int

  /// `descriptors` is how many it may keep.
  init(_ roots: Roots, descriptors: Int) {
    mostKept = descriptors
    procDirectory = open("\(roots.proc)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }

  /// Gives back every descriptor. A copyable value cannot do it by itself: its owner does, once.
  mutating func close() {
    for slot in slots.indices { closeDescriptors(Int32(slot)) }
    if procDirectory >= 0 { _ = Glibc.close(procDirectory) }
  }

  /// How many processes are known.
  var count: Int { index.count }

  func process(_ pid: Int32) -> LooseProcess? { index[pid].map { slots[Int($0)] } }

  /// Whether a process is known and belongs to no job.
  func isInNoJob(_ pid: Int32) -> Bool { index[pid].map { slots[Int($0)].tree < 0 } ?? false }

  // MARK: One sample

  /// Begins a listing: afterwards ``list(_:place:)`` names every loose process.
  mutating func begin() {
    tick &+= 1
    isListed = true
    lastListingBegan = listingBegan
    listingBegan = Clock.sinceBoot
  }

  /// Names the processes of a list (``ProcessList``) that are loose now, all in the same group.
  mutating func list(_ text: Span<UInt8>, place: Int32) {
    ProcessList.forEach(text) { list($0, place: place) }
  }

  /// Names one process that is loose now; `place` is the group that it is in.
  mutating func list(_ pid: Int32, place: Int32) {
    if let slot = index[pid] {
      slots[Int(slot)].seen = tick
      slots[Int(slot)].place = place
    } else {
      deferred.append((pid, place))
    }
  }

  /// Ends a sample: looks at new processes, members and a part of the others, and lets go of those
  /// that a listing did not name. `part` is the fraction of a pass that this sample stands for, `cpus`
  /// how many CPUs there are to be used. Whether somebody new was looked at.
  mutating func finish(
    _ buffer: inout ReadBuffer, part: Double, cpus: Int, inspector: Inspector,
    now: Instant = Clock.now
  ) -> Bool {
    lookAtMembers(&buffer, now, cpus: cpus)
    if isListed { removeUnlisted() }
    isListed = false
    let looks = lookAtNew(&buffer, now)
    let hadYoung = lookAtYoung(&buffer, now)
    lookAtOthers(
      &buffer, now,
      atMost: min(
        Int((Double(slots.count) * min(1, part)).rounded(.up)),
        Self.mostLooksInASample - min(looks, Self.mostLooksInASample)))
    settle()
    for question in questions { _ = inspector.ask(.command(question)) }
    questions.removeAll(keepingCapacity: true)
    return looks > 0 || hadYoung
  }

  /// Looks again at those that have been there for a while: by now they run what they were started
  /// for, and show how much they use of it. Whether there were any.
  private mutating func lookAtYoung(_ buffer: inout ReadBuffer, _ now: Instant) -> Bool {
    let due = young.prefix { $0.due <= now }.count
    guard due > 0 else { return false }
    for index in 0..<due {
      let (slot, start, _) = young[index]
      let process = slots[Int(slot)]
      guard !process.isVacant, process.start == start, process.tree < 0, process.readAt != now
      else { continue }
      if !look(at: slot, &buffer, now) { depart(slot, hasDied: true) }
    }
    young.removeFirst(due)
    return true
  }

  /// A new process is looked at again so long after.
  private static let youthSeconds = 10.0

  /// Takes in the processes that were listed for the first time; says how many it looked at.
  private mutating func lookAtNew(_ buffer: inout ReadBuffer, _ now: Instant) -> Int {
    let limit = min(deferred.count, Self.mostLooksInASample)
    var new: [Int32] = []
    for (pid, place) in deferred.prefix(limit) {
      guard index[pid] == nil, readStat(pid, &buffer), let stat = ProcessStat(buffer.text),
        stat.pid == pid
      else { continue }
      let process = LooseProcess(
        stat, readAt: now, seen: tick, place: place, sinceBoot: listingBegan)
      let slot = insert(process)
      noteQuestion(slot)
      new.append(slot)
      young.append((slot, process.start, now.advanced(bySeconds: Self.youthSeconds)))
    }
    deferred.removeAll(keepingCapacity: true)
    // Only now are all parents known: they are listed in no order, and pids wrap.
    for slot in new { attach(slot, &buffer) }
    return limit
  }

  /// Makes a new process a member of its parent's tree, and new ones between the two before it.
  private mutating func attach(_ slot: Int32, _ buffer: inout ReadBuffer) {
    var path: [Int32] = []
    var current = slot
    while path.count < Self.mostAncestors, slots[Int(current)].tree < 0,
      !slots[Int(current)].isAnchor, slots[Int(current)].role != .kernel
    {
      path.append(current)
      guard let parent = index[slots[Int(current)].parent], !path.contains(parent) else { return }
      current = parent
    }
    let tree = slots[Int(current)].tree
    guard tree >= 0, !slots[Int(current)].isAnchor else { return }
    for member in path.reversed() {
      // What started before the last listing had been elsewhere: its past is not the tree's.
      if slots[Int(member)].start &* Clock.tick &+ Clock.tick > lastListingBegan {
        join(member, tree: tree, isNew: true, &buffer)
      } else {
        take([member], into: tree, &buffer)
      }
    }
  }

  static let mostAncestors = 128

  /// Looks at some of those that are in no job, where the last sample stopped.
  private mutating func lookAtOthers(_ buffer: inout ReadBuffer, _ now: Instant, atMost: Int) {
    var looks = atMost
    var passed = 0
    while looks > 0, passed < slots.count, !slots.isEmpty {
      if cursor >= slots.count { cursor = 0 }
      let slot = cursor
      cursor += 1
      passed += 1
      // Kernel threads never become anything; members and new ones have been looked at.
      if slots[slot].isVacant || slots[slot].seen != tick || slots[slot].tree >= 0
        || slots[slot].role == .kernelThread || slots[slot].readAt == now
      {
        continue
      }
      looks -= 1
      if !look(at: Int32(slot), &buffer, now) { depart(Int32(slot), hasDied: true) }
    }
  }

  /// Looks at the number of a process that is gone again: another may have it by now.
  mutating func lookAgain(at slot: Int32) {
    if slots[Int(slot)].seen == tick {
      deferred.append((slots[Int(slot)].pid, slots[Int(slot)].place))
    }
  }

  /// Lets go of processes that were not listed: moved to a job's cgroup, or gone.
  private mutating func removeUnlisted() {
    for slot in slots.indices where slots[slot].seen != tick && !slots[slot].isVacant {
      let tree = slots[slot].tree
      // cgroup.procs leaves out zombies; a member's time goes to its parent only when it is reaped.
      if tree >= 0, slots[slot].isZombie {
        slots[slot].seen = tick
        continue
      }
      depart(Int32(slot), hasDied: false)
      if tree >= 0 { trees[tree]?.members.removeAll { $0 == Int32(slot) } }
    }
  }

  // MARK: One process

  private mutating func insert(_ process: LooseProcess) -> Int32 {
    let slot: Int32
    if let reused = free.popLast() {
      slot = reused
      slots[Int(slot)] = process
    } else {
      slot = Int32(slots.count)
      slots.append(process)
    }
    index[process.pid] = slot
    return slot
  }

  /// Lets go of a process. What a member was seen to use is owed to its parent's counter of
  /// waited-for children, where it will appear again; with it goes what was owed to itself.
  mutating func depart(_ slot: Int32, hasDied: Bool) {
    let process = slots[Int(slot)]
    if index[process.pid] == slot { index[process.pid] = nil }
    closeDescriptors(slot)
    slots[Int(slot)].isVacant = true
    slots[Int(slot)].tree = -1
    free.append(slot)
    guard hasDied, process.tree >= 0, let parent = index[process.parent],
      slots[Int(parent)].tree == process.tree
    else { return }
    slots[Int(parent)].owed &+= process.own &+ process.children &+ process.owed
    slots[Int(parent)].owedRead &+= (process.io.read ?? 0) &+ process.owedRead
    slots[Int(parent)].owedWritten &+= (process.io.written ?? 0) &+ process.owedWritten
    slots[Int(parent)].owedCalled &+= (process.io.called ?? 0) &+ process.owedCalled
    slots[Int(parent)].owedTicks = 0
    trees[process.tree]?.hasOwed = true
  }

  mutating func closeDescriptors(_ slot: Int32) {
    if slots[Int(slot)].ioDescriptor >= 0 {
      _ = Glibc.close(slots[Int(slot)].ioDescriptor)
      slots[Int(slot)].ioDescriptor = -1
      kept -= 1
    }
    if slots[Int(slot)].ranDescriptor >= 0 {
      _ = Glibc.close(slots[Int(slot)].ranDescriptor)
      slots[Int(slot)].ranDescriptor = -1
      kept -= 1
    }
    if slots[Int(slot)].descriptor >= 0 {
      _ = Glibc.close(slots[Int(slot)].descriptor)
      slots[Int(slot)].descriptor = -1
      kept -= 1
    }
  }

  /// Reads one process; false when it is gone or another took its number.
  mutating func look(at slot: Int32, _ buffer: inout ReadBuffer, _ now: Instant) -> Bool {
    if hasRested(Int(slot), &buffer, now) { return true }
    let descriptor = slots[Int(slot)].descriptor
    let isRead =
      descriptor >= 0 ? buffer.fillOnce(from: descriptor) : readStat(slots[Int(slot)].pid, &buffer)
    guard isRead, let stat = ProcessStat(buffer.text), stat.start == slots[Int(slot)].start else {
      return false
    }
    slots[Int(slot)].update(stat, readAt: now)
    noteQuestion(slot)
    return true
  }

  /// Whether a member of one thread has not run since its stat file was read: then that says nothing
  /// new, and schedstat says so for a seventh of the cost. What changes without it running, a new
  /// parent, is found out now and then.
  private mutating func hasRested(_ slot: Int, _ buffer: inout ReadBuffer, _ now: Instant) -> Bool {
    let descriptor = slots[slot].ranDescriptor
    // Kernels without scheduler statistics print zeros.
    guard descriptor >= 0, slots[slot].threads == 1, buffer.fillOnce(from: descriptor),
      let ran = GroupCounters.single(buffer.text), ran > 0
    else {
      slots[slot].hasRun = nil
      return false
    }
    return slots[slot].rests(ran: ran, readAt: now)
  }

  private mutating func noteQuestion(_ slot: Int32) {
    guard slots[Int(slot)].wantsArguments else { return }
    slots[Int(slot)].wantsArguments = false
    questions.append(slots[Int(slot)].target)
  }

  /// Opens and reads `/proc/PID/stat` without making a string of the path.
  private func readStat(_ pid: Int32, _ buffer: inout ReadBuffer) -> Bool {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 24) { path in
      var digits = 0
      var rest = pid
      repeat {
        digits += 1
        rest /= 10
      } while rest > 0
      rest = pid
      for position in stride(from: digits - 1, through: 0, by: -1) {
        path[position] = CChar(0x30 + rest % 10)
        rest /= 10
      }
      for (offset, byte) in zip(digits..., Self.statSuffix) { path[offset] = byte }
      guard let name = path.baseAddress else { return false }
      return buffer.readOnce(name, in: procDirectory)
    }
  }

  /// `/stat` and the terminating NUL.
  private static let statSuffix: [CChar] = [0x2F, 0x73, 0x74, 0x61, 0x74, 0]

  private static let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))

  /// Resident bytes of a number of pages.
  static func bytes(pages: UInt64) -> Bytes { Bytes(Int64(clamping: pages) &* pageSize) }

  /// The pages that so many bytes are.
  static func pages(_ bytes: Bytes) -> UInt64 { UInt64(clamping: bytes.count / pageSize) }

  // MARK: Answers

  /// Takes over what the arguments of a process say about its role.
  mutating func learn(_ target: ProcessFiles.Target, arguments: [String]?) {
    guard let slot = index[target.pid], slots[Int(slot)].start == target.start,
      let arguments
    else { return }
    if slots[Int(slot)].role == .shell {
      slots[Int(slot)].role = Anchor.isInteractiveShell(arguments: arguments) ? .anchor : .plain
    } else if slots[Int(slot)].role == .plain, slots[Int(slot)].hasExecuted {
      if CommandName.isNotebookKernel(arguments) { slots[Int(slot)].role = .kernel }
      if arguments.contains(where: Self.isNotebookServer) { slots[Int(slot)].role = .anchor }
    }
  }

  /// `python /usr/bin/jupyter-lab`: a notebook server by its script, not by its process name.
  private static func isNotebookServer(_ argument: String) -> Bool {
    ["/jupyter-lab", "/jupyter-notebook", "/jupyter-server", "/jupyterhub-singleuser"]
      .contains { argument.hasSuffix($0) }
  }
}
