import CLinux
import Glibc
import Host
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
  var limitFiles = SharedLimitFiles()
  /// Groups that become a job once they use something, and groups whose processes are loose.
  var candidates: [GroupActivity] = []
  var looseGroups: [LooseGroup] = []
  var numberOfLooseGroups: Int32 = 0
  var reconciledGeneration = -1

  var loose: LooseProcesses
  var assessment = TreeAssessment()
  var attention = Attention()
  var listing = Listing()
  let demand: DemandScanner
  var opened = OpenedState()
  var holders = HolderState()

  private var box: BoxReader
  private var topology: TopologyReader
  private let container: ContainerBox
  private let root: GroupCounters
  private let statm: KeptFile
  private var remainder = Remainder()
  private var lastBoxPressure: (total: UInt64, time: Instant)?
  private var boxIsStalled = false
  private var descriptorsAreShort = false
  private(set) var ticks = 0
  /// Every limit is read with the sample that is being made, whosever turn it is.
  private(set) var readsLimits = false
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
    topology = TopologyReader(options.roots)
    container = ContainerBox(paths)
    root = GroupCounters("/", paths)
    statm = KeptFile("\(options.roots.proc)/self/statm")
    // Where hidepid is in force, pid 1 is the first that cannot be seen.
    hidesOthers = getuid() != 0 && access("\(options.roots.proc)/1/stat", R_OK) != 0
  }

  deinit {
    inspector.stop()
    loose.close()
  }

  /// Seconds between samples from now on.
  package func setInterval(_ seconds: Double) { options.interval = seconds }

  /// Reads everything once.
  ///
  /// `opened` is the job whose processes are wanted too, `gpuHolders` are those that hold GPUs, of which
  /// the box `hasGPUs` where schedulers give some to jobs. Without
  /// loose processes a sample is ready within a few milliseconds however many processes there are: the
  /// first one is made so.
  /// With `limitsAnew` no limit in it is from an earlier one.
  package func sample(
    opened: JobID? = nil, gpuHolders: [Int32] = [], hasGPUs: Bool = false,
    includingLoose: Bool = true,
    limitsAnew: Bool = false
  ) -> Sample {
    let time = Clock.now
    let wall = Clock.wall
    ticks += 1
    readsLimits = limitsAnew
    takeAnswers()
    tree.update(now: time)
    if tree.generation != reconciledGeneration { reconcile() }

    var rootReading = JobReading(
      job: Job(id: .cgroup(inode: 1), name: .empty, owner: .empty, source: .cgroup), time: time)
    let hasRoot = root.read(&buffer, &devices, into: &rootReading)
    var boxReading = box.read(&buffer, devices: &devices)
    container.narrow(&boxReading, root: rootReading, &buffer)
    boxReading.topology = topology.topology(of: boxReading.cpus, &buffer)
    noteBoxStalls(boxReading)

    demand.begin()
    var readings = readGroupJobs(boxReading)
    lookAtCandidates()
    let owners = lookAtHolders(gpuHolders)
    if hasGPUs { askWhatJobsWereStartedWith() }
    if includingLoose { sampleLoose(boxReading) }
    readTrees(boxReading, into: &readings)
    demand.finish(time)
    if names.isStale { dealNames(&readings) }

    let other = remainder.read(
      boxReading, root: hasRoot ? rootReading : nil, readings,
      isNested: container.isNested && !boxReading.isContainer,
      kernelHasReclaimable: root.kernelHasReclaimable && !boxReading.isContainer)
    attention.note(other, worth: Double(worthCores(cpus: boxReading.cpus.count)))
    var sample = Sample(
      time: time, wallClock: wall, box: boxReading, jobs: readings, other: other)
    if let opened { sample.opened = processes(of: opened) }
    sample.gpuOwners = owners
    sample.cost = readCost()
    sample.notices = notices(boxReading)
    return sample
  }

  /// Gives every job the name that is its by now.
  private func dealNames(_ readings: inout [JobReading]) {
    let dealt = names.deal()
    for group in groupJobs { group.job.name = dealt[group.job.id] ?? group.job.name }
    for tree in loose.trees.values { tree.job.name = dealt[tree.id] ?? tree.job.name }
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
      if group.needsRefresh || readsLimits || isTurn(position, everySeconds: 5) {
        complete(group)
        let pids = group.needsCount ? listProcesses(group.group) : nil
        if group.started == nil, let pids { group.started = startOfOldest(among: pids) }
        group.refresh(&buffer, box: box, devices: &devices, processes: pids?.count)
      }
      // In place: a reading is some hundred words.
      let last = readings.count
      readings.append(JobReading(job: group.job, time: box.time))
      guard group.read(&buffer, &devices, into: &readings[last]) else {
        readings.removeLast()
        gone = true
        group.isGone = true
        continue
      }
      if group.isHeldBack || (!group.hasOwnPressure && boxIsStalled) {
        if let found = demand.demand(
          of: group.job.id, usage: readings[last].cpu.usage, threads: readings[last].threads,
          &buffer,
          list: { tids, buffer in self.listThreads(group.group, into: &tids, &buffer) })
        {
          readings[last].cpu.demand = found.cores
          readings[last].cpu.demandIsEstimate = found.isEstimate
        }
      }
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
      if let pages = scanner.number() { cost.resident = LooseProcesses.bytes(pages: pages) }
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
    // A look every few seconds: nearly always there are some left.
    if isTurn(0, everySeconds: 5) { descriptorsAreShort = DescriptorLimit.isReached }
    if descriptorsAreShort {
      notices.append(.descriptorsShort(SafeText("all jobs; raise the limit (ulimit -n)")))
    }
    return notices
  }
}
