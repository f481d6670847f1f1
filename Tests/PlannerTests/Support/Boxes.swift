import Model
import Planner

/// A job to draft changes for, with what can be set on it.
struct Subject {
  var moment: JobMoment
  var control: JobControl

  /// `cores`, `cpus` and `memory` are its own limits; nil is none.
  init(
    _ name: String, inode: UInt64, cores: Double? = nil, cpus: CPUSet = CPUSet(),
    memory: Bytes? = nil, high: Bytes? = nil, uses: Double = 0, wants: Double? = nil,
    holds: Bytes? = .gibi(1), threads: Int? = nil, throttled: Double? = nil,
    declaration: JobDeclaration? = nil, below: JobControl.Bounds = JobControl.Bounds(),
    boxCores: Double = 16, cgroup: String? = nil
  ) {
    let job = Job(
      id: .cgroup(inode: inode), name: SafeText(name), owner: SafeText("alice"), source: .run,
      cgroup: cgroup ?? "/loadline/\(name)", declaration: declaration)
    moment = JobMoment(job: job)
    moment.cpu.used = Cores(uses)
    moment.cpu.demand = Cores(wants ?? uses)
    moment.cpu.throttled = throttled.map { Share($0) }
    moment.memory.used = holds
    moment.threads = threads
    moment.grant.memory = memory.map { .at($0) } ?? .unlimited
    moment.grant.memoryHigh = high.map { .at($0) } ?? .unlimited
    var granted = cores.map { Limit.at(Cores($0)) } ?? .unlimited
    if !cpus.isEmpty {
      moment.grant.cpus = cpus
      granted = granted.tightened(by: .at(Cores(Double(cpus.count))))
    }
    granted = granted.tightened(by: below.cores)
    if let amount = granted.amount, amount.value >= boxCores { granted = .unlimited }
    moment.grant.cores = granted
    control = JobControl(
      target: Target(job), backend: .cgroup2,
      knobs: [
        .cores: .settable(.cores(cores.map { .at(Cores($0)) } ?? .unlimited)),
        .cpus: .settable(.cpus(cpus)), .weight: .settable(.weight(100)),
        .burst: .settable(.burst(0)),
        .memory: .settable(.memory(memory.map { .at($0) } ?? .unlimited)),
        .memoryHigh: .settable(.memoryHigh(high.map { .at($0) } ?? .unlimited)),
        .read: .settable(.read(.unlimited)), .write: .settable(.write(.unlimited)),
        .pids: .settable(.pids(.unlimited)), .frozen: .settable(.frozen(false)),
      ], above: below)
  }

  var id: JobID { moment.id }
  var target: Target { control.target }
}

/// A box of 16 cores and 64 GiB on one node, with these jobs.
struct Setting {
  var moment: Moment
  var controls: [JobID: JobControl]

  init(
    _ subjects: Subject..., cores: Int = 16, memory: Bytes = .gibi(64), otherCores: Double = 0.1,
    topology: Topology? = nil
  ) {
    self.init(
      subjects, cores: cores, memory: memory, otherCores: otherCores, topology: topology)
  }

  init(
    _ subjects: [Subject], cores: Int = 16, memory: Bytes = .gibi(64), otherCores: Double = 0.1,
    topology: Topology? = nil
  ) {
    var box = BoxMoment()
    box.cores = Cores(Double(cores))
    box.cpus = CPUSet(0..<cores)
    box.topology = topology ?? Topology(flat: box.cpus)
    box.memory = memory
    box.used = Cores(subjects.reduce(otherCores) { $0 + ($1.moment.cpu.used?.value ?? 0) })
    var other = OtherMoment()
    other.used = Cores(otherCores)
    other.memory.used = .zero
    box.memoryUsed = subjects.reduce(.zero) { $0 + ($1.moment.memory.used ?? .zero) }
    moment = Moment(
      time: Instant(nanoseconds: 1), wallClock: 0, interval: 1, box: box,
      jobs: subjects.map(\.moment), other: other)
    controls = [:]
    for subject in subjects { controls[subject.id] = subject.control }
  }

  func assess(_ draft: Draft) -> Assessment {
    DraftCheck.assess(draft, on: moment, controls: controls)
  }

  /// What is said about a draft of one change.
  func assess(_ value: KnobValue, of subject: Subject) -> Assessment.Item? {
    var draft = Draft()
    draft.set(value, of: subject)
    return assess(draft).items.first
  }

  func verdict(_ value: KnobValue, of subject: Subject) -> Verdict? {
    assess(value, of: subject)?.verdict
  }
}

extension Draft {
  mutating func set(_ value: KnobValue, of subject: Subject) {
    set(value, of: subject.target, from: subject.control.value(of: value.knob))
  }
}

extension Topology {
  /// Nodes of whole sockets; siblings of a core are `cores` apart in number, as BIOSes number them.
  static func box(nodes: Int, coresEach: Int, siblings: Int) -> Topology {
    let cores = nodes * coresEach
    return Topology(
      (0..<cores * siblings).map { cpu in
        let core = cpu % cores
        return CPU(cpu, node: core / coresEach, socket: core / coresEach, core: core)
      })
  }
}

/// The same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

func cores(_ value: Double) -> KnobValue { .cores(.at(Cores(value))) }
func memory(_ value: Int64) -> KnobValue { .memory(.at(.gibi(value))) }
