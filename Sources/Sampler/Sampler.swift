import CLinux
import Glibc
package import Model

/// Reads the box: every call of ``sample(opened:includingLoose:)`` gives raw counters of one instant.
///
/// It writes nothing and judges nothing. It belongs to one thread.
package final class Sampler {
  /// What the sampler is told once.
  package struct Options: Sendable {
    package var roots: Roots
    package var declarations: [JobDeclaration]
    /// Seconds between samples, from which the part of a pass that each stands for follows.
    package var interval: Double

    package init(
      roots: Roots = Roots(), declarations: [JobDeclaration] = [], interval: Double = 1
    ) {
      self.roots = roots
      self.declarations = declarations
      self.interval = interval
    }
  }

  private(set) var options: Options
  let paths: GroupPaths
  let declarations: Declarations
  let inspector: Inspector
  var buffer = ReadBuffer()
  var devices: BlockDevices
  var tree: GroupTree
  var names = JobNames()
  var users: UserNames

  /// Jobs that are cgroups, in the order in which they were found.
  var groupJobs: [GroupJob] = []
  /// Groups that become a job once they use something, and groups whose processes are loose.
  var candidates: [GroupActivity] = []
  var looseGroups: [LooseGroup] = []
  var numberOfLooseGroups: Int32 = 0
  var reconciledGeneration = -1

  let loose: LooseProcesses
  var assessment = TreeAssessment()
  let demand: DemandScanner
  var opened = OpenedState()

  private var box: BoxReader
  private let container: ContainerBox
  private let root: GroupCounters
  private let statm: KeptFile
  private var other: OtherReading?
  private var lastRootUsage: UInt64?
  private var lastUsage: [JobID: UInt64] = [:]
  /// Nanoseconds by which jobs grew beyond the root, and not more than a second of them.
  private var usageOwed: UInt64 = 0
  private static let mostUsageOwed: UInt64 = 1_000_000_000
  private var lastBoxPressure: (total: UInt64, time: Instant)?
  private var boxIsStalled = false
  private(set) var ticks = 0
  let hidesOthers: Bool

  package init(_ options: Options) {
    self.options = options
    var reader = ReadBuffer()
    let layout =
      reader.readWhole("\(options.roots.proc)/self/mountinfo")
      ? CgroupLayout(mountinfo: reader.string) : CgroupLayout()
    paths = GroupPaths(prefix: options.roots.prefix, layout: layout)
    declarations = Declarations(options.declarations)
    inspector = Inspector(options.roots)
    devices = BlockDevices(sys: options.roots.sys)
    tree = GroupTree(paths)
    users = UserNames(options.roots)
    loose = LooseProcesses(options.roots, descriptors: DescriptorLimit.share)
    demand = DemandScanner(options.roots, descriptors: DescriptorLimit.share)
    box = BoxReader(options.roots)
    container = ContainerBox(paths)
    root = GroupCounters("/", paths)
    statm = KeptFile("\(options.roots.proc)/self/statm")
    // Where hidepid is in force, pid 1 is the first that cannot be seen.
    hidesOthers = getuid() != 0 && access("\(options.roots.proc)/1/stat", R_OK) != 0
  }

  deinit { inspector.stop() }

  /// Seconds between samples from now on.
  package func setInterval(_ seconds: Double) { options.interval = seconds }

  /// Reads everything once.
  ///
  /// `opened` is the job whose processes are wanted too. Without loose processes a sample is ready
  /// within a few milliseconds however many processes there are: the first one is made so.
  package func sample(opened: JobID? = nil, includingLoose: Bool = true) -> Sample {
    let time = Clock.now
    let wall = Clock.wall
    ticks += 1
    takeAnswers()
    tree.update(now: time)
    if tree.generation != reconciledGeneration { reconcile() }

    var rootReading = JobReading(
      job: Job(id: .cgroup(inode: 1), name: .empty, owner: .empty, source: .cgroup), time: time)
    let hasRoot = root.read(&buffer, &devices, into: &rootReading)
    var boxReading = box.read(&buffer, devices: &devices)
    container.narrow(&boxReading, root: rootReading, &buffer)
    noteBoxStalls(boxReading)

    demand.begin()
    var readings = readGroupJobs(boxReading)
    lookAtCandidates()
    if includingLoose { sampleLoose(cpus: boxReading.cpus.count) }
    readings.append(contentsOf: readTrees(boxReading))
    demand.finish(time)
    if names.isStale { dealNames(&readings) }

    var sample = Sample(
      time: time, wallClock: wall, box: boxReading, jobs: readings,
      other: readOther(boxReading, root: hasRoot ? rootReading : nil, readings))
    if let opened { sample.opened = processes(of: opened) }
    sample.cost = readCost()
    sample.notices = notices(boxReading)
    return sample
  }

  /// Gives every job the name that is its by now.
  private func dealNames(_ readings: inout [JobReading]) {
    let dealt = names.deal()
    for group in groupJobs { group.job.name = dealt[group.job.id] ?? group.job.name }
    for key in Array(loose.trees.keys) {
      loose.update(key) { $0.job.name = dealt[$0.id] ?? $0.job.name }
    }
    for index in readings.indices {
      let id = readings[index].job.id
      readings[index].job.name = dealt[id] ?? readings[index].job.name
    }
  }

  /// Reads every job that is a cgroup; those that are gone are let go.
  private func readGroupJobs(_ box: BoxReading) -> [JobReading] {
    var readings: [JobReading] = []
    readings.reserveCapacity(groupJobs.count + loose.trees.count)
    var gone = false
    for (position, group) in groupJobs.enumerated() {
      // Limits and counts change rarely: a fifth of the jobs each second, new ones at once.
      if group.needsRefresh || isTurn(position, everySeconds: 5) {
        complete(group)
        let processes = group.needsCount ? countProcesses(group.group) : nil
        group.refresh(&buffer, box: box, devices: &devices, processes: processes)
      }
      guard var reading = group.read(&buffer, &devices) else {
        gone = true
        group.isGone = true
        continue
      }
      if group.isHeldBack || (!group.hasOwnPressure && boxIsStalled) {
        if let found = demand.demand(
          of: group.job.id, usage: reading.cpu.usage, threads: reading.threads, &buffer,
          list: { tids, buffer in self.listThreads(group.group, into: &tids, &buffer) })
        {
          reading.cpu.demand = found.cores
          reading.cpu.demandIsEstimate = found.isEstimate
        }
      }
      readings.append(reading)
    }
    if gone {
      for group in groupJobs where group.isGone { names.release(group.job.id) }
      groupJobs.removeAll { $0.isGone }
      reconciledGeneration = -1
    }
    return readings
  }

  /// Whether it is this member's turn when each is to come up once in so many seconds.
  func isTurn(_ position: Int, everySeconds seconds: Double) -> Bool {
    let every = max(1, Int((seconds / options.interval).rounded()))
    return (position &+ ticks) % every == 0
  }

  var boxStalls: Bool { boxIsStalled }

  /// Threads waited for a CPU somewhere on the box for 2 % of the time.
  private func noteBoxStalls(_ box: BoxReading) {
    guard let total = box.pressure.cpuSome else {
      // Without PSI nothing says that nobody waits.
      boxIsStalled = true
      return
    }
    if let before = lastBoxPressure, total >= before.total {
      let seconds = box.time.seconds(since: before.time)
      if seconds > 0 { boxIsStalled = Double(total - before.total) / 1e6 / seconds >= 0.02 }
    }
    lastBoxPressure = (total, box.time)
  }

  /// What is in no job: the hierarchy's own total less the jobs' counters, both read just now. In a
  /// container without limits the box is the whole machine, of which the hierarchy shows a part.
  ///
  /// Its usage is kept as a counter of its own, because jobs come and go: each interval adds what the
  /// root grew by beyond the jobs that were there at both ends of it. The root of v2 is counted by
  /// sampling, its groups exactly, so that now and then they grow by more: it is made good later.
  private func readOther(
    _ box: BoxReading, root: JobReading?, _ jobs: [JobReading]
  ) -> OtherReading {
    let whole = container.isNested && !box.isContainer ? nil : root
    var now = other ?? OtherReading(time: box.time)
    now.time = whole?.time ?? box.time
    if let total = whole?.cpu.usage ?? box.usage {
      if let before = lastRootUsage, total >= before {
        var used = usageOwed
        for job in jobs {
          guard let usage = job.cpu.usage, let last = lastUsage[job.job.id], usage > last else {
            continue
          }
          used &+= usage - last
        }
        let grown = total - before
        now.usage = (now.usage ?? 0) &+ (grown - min(grown, used))
        usageOwed = min(used - min(grown, used), Self.mostUsageOwed)
      } else {
        now.usage = now.usage ?? 0
      }
      lastRootUsage = total
    }
    lastUsage.removeAll(keepingCapacity: true)
    for job in jobs { lastUsage[job.job.id] = job.cpu.usage }
    now.memory = MemoryReading()
    if let all = root?.memory {
      func rest(_ part: (MemoryReading) -> Bytes?) -> Bytes? {
        part(all).map { total in
          jobs.reduce(total) { $0 - (part($1.memory) ?? .zero) }.orZero
        }
      }
      now.memory.anonymous = rest(\.anonymous)
      now.memory.shared = rest(\.shared)
      now.memory.file = rest(\.file)
      now.memory.kernel = rest(\.kernel)
      // v1 charges slab that can be reclaimed with the rest of the kernel's memory.
      if self.root.kernelHasReclaimable, !box.isContainer, let slab = box.reclaimableSlab {
        now.memory.kernel = now.memory.kernel.map { ($0 - slab).orZero }
      }
    }
    other = now
    return now
  }

  private func readCost() -> SelfReading {
    var cost = SelfReading()
    var usage = rusage()
    if ll_getrusage_self(&usage) == 0 {
      func nanoseconds(_ time: timeval) -> UInt64 {
        UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_usec) * 1000
      }
      cost.usage = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime)
    }
    if statm.read(into: &buffer) {
      var scanner = Scanner(buffer.text)
      _ = scanner.number()
      if let pages = scanner.number() { cost.resident = loose.bytes(pages: pages) }
    }
    // Measured: each open file of procfs or cgroupfs takes about 4.3 KB of kernel memory.
    cost.descriptors = Bytes(Int64(keptDescriptors) * 4300)
    return cost
  }

  /// About how many descriptors are kept open.
  var keptDescriptors: Int {
    groupJobs.count * 20 + (candidates.count + looseGroups.count) * 3
      + loose.kept + demand.descriptors + 20
  }

  private func notices(_ boxReading: BoxReading) -> [Notice] {
    var notices: [Notice] = []
    if hidesOthers { notices.append(.othersHidden) }
    if boxReading.isContainer { notices.append(.insideContainer) }
    if paths.accounting == nil { notices.append(.noCgroups) }
    if !box.hasPressure { notices.append(.noPressure) }
    if DescriptorLimit.isReached {
      notices.append(.descriptorsShort(SafeText("all jobs; raise the limit (ulimit -n)")))
    }
    return notices
  }
}
