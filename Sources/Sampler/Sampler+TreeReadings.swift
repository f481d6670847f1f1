import Host
import Model

/// What jobs that are command trees use and may use.
extension Sampler {
  /// How often a command tree's proportional set size is read, in seconds. Not more often however much
  /// it changes: reading it holds the processes' memory locks, for which the job waits. Less and less
  /// often while each reading is what the last one and the resident sizes since had foretold.
  static let memoryEverySeconds = (least: 30.0, most: 240.0)

  /// Adds the readings of all jobs that are command trees.
  func readTrees(_ box: BoxReading, into readings: inout [JobReading]) {
    let now = Clock.now
    readings.reserveCapacity(readings.count + loose.trees.count)
    for tree in loose.trees.values.sorted(by: { $0.number < $1.number }) {
      askForMemory(of: tree, now)
      var reading = JobReading(job: tree.job, time: tree.readAt)
      reading.cpu.usage = tree.usage
      reading.io = tree.io
      reading.started = tree.started
      reading.threads = tree.threads
      reading.processes = tree.processes
      reading.memory = memory(of: tree)
      reading.grant = grant(of: tree, box)
      if boxStalls,
        let found = demand.demand(
          of: tree.id, usage: tree.usage, threads: tree.threads, &buffer,
          list: { tids, _ in self.listThreads(tree, into: &tids) })
      {
        reading.cpu.demand = found.cores
        reading.cpu.demandIsEstimate = found.isEstimate
      }
      if let size = reading.memory.proportional { tree.peak = max(tree.peak, size) }
      reading.memory.peak = tree.peak > .zero ? tree.peak : nil
      readings.append(reading)
    }
  }

  private func askForMemory(of tree: CommandTree, _ now: Instant) {
    if let asked = tree.memoryAskedAt, now.seconds(since: asked) < tree.memoryEverySeconds {
      return
    }
    let targets = tree.members.map { loose.slots[Int($0)].target }
    guard inspector.ask(.memory(tree.id, targets)) else { return }
    tree.memoryAskedAt = now
    tree.residentAtAsking = tree.resident
  }

  /// The proportional set size as read, carried on by the change of resident sizes since.
  private func memory(of tree: CommandTree) -> MemoryReading {
    var reading = MemoryReading()
    guard let read = tree.memory else {
      reading.proportional = tree.estimate
      reading.isEstimate = tree.estimate != nil
      return reading
    }
    let change =
      LooseProcesses.bytes(pages: tree.resident)
      - LooseProcesses.bytes(pages: tree.residentAtReading)
    reading.proportional = (read.proportional + change).orZero
    reading.readAt = read.time
    reading.isEstimate =
      read.refused > 0 || abs(change.count) > max(1 << 20, read.proportional.count / 100)
    reading.anonymous = (read.anonymous + change).orZero
    reading.shared = read.shared
    return reading
  }

  /// What a tree holds at least, where only resident and shared pages may be read: everybody's own
  /// pages, and the largest share once.
  func estimateMemory(of tree: CommandTree) {
    var own: UInt64 = 0
    var largestShare: UInt64 = 0
    for slot in tree.members {
      let path = "\(options.roots.proc)/\(loose.slots[Int(slot)].pid)/statm"
      guard buffer.readWhole(path), let pages = buffer.residentAndShared else { continue }
      own &+= pages.resident - min(pages.resident, pages.shared)
      largestShare = max(largestShare, pages.shared)
    }
    tree.estimate = LooseProcesses.bytes(pages: own &+ largestShare)
  }

  /// What limits a command tree: the CPUs its root may run on. Read every few seconds.
  private func grant(of tree: CommandTree, _ box: BoxReading) -> Grant {
    if let grant = tree.grant, !readsLimits, !isTurn(Int(tree.root.pid), everySeconds: 20) {
      return grant
    }
    var grant = Grant()
    grant.cpus = affinity(tree.root.pid)
    if let cpus = grant.cpus, !cpus.isEmpty, !box.cpus.isSubset(of: cpus) {
      grant.cores = .at(Cores(Double(cpus.count)))
    }
    tree.grant = grant
    return grant
  }

  private func affinity(_ pid: Int32) -> CPUSet? {
    guard buffer.readWhole("\(options.roots.proc)/\(pid)/status") else { return nil }
    return buffer.processStatus.cpus
  }

  private func listThreads(_ tree: CommandTree, into tids: inout [Int32]) {
    let directory = DirectoryReader()
    for slot in tree.members {
      let pid = loose.slots[Int(slot)].pid
      // The first thread has the process's number: most processes have no other.
      guard loose.slots[Int(slot)].threads > 1 else {
        tids.append(pid)
        continue
      }
      _ = directory.forEach(at: "\(options.roots.proc)/\(pid)/task") { entry in
        if let tid = entry.number { tids.append(tid) }
      }
    }
  }
}
