import Model

/// A job with made-up numbers, said in cores, GiB and MB/s.
struct JobBuilder {
  var moment: JobMoment

  init(
    _ name: String, owner: String = "alice", number: UInt64, source: JobSource = .run,
    cgroup: String? = nil
  ) {
    let path = cgroup ?? "/loadline/\(name)"
    moment = JobMoment(
      job: Job(
        id: .cgroup(inode: 4000 + number), name: SafeText(name), owner: SafeText(owner),
        source: source, cgroup: path))
    moment.processes = 3
    moment.threads = 12
  }

  func cores(
    _ used: Double?, of grant: Double? = nil, wants demand: Double? = nil, estimated: Bool = false,
    throttled: Double? = nil
  ) -> Self {
    with {
      $0.cpu.used = used.map { Cores($0) }
      $0.cpu.demand = demand.map { Cores($0) }
      $0.cpu.demandIsEstimate = estimated
      $0.cpu.throttled = throttled.map { Share($0) }
      $0.grant.cores = grant.map { .at(Cores($0)) } ?? .unlimited
      if let used {
        $0.history.cores = wave(around: used, seed: $0.job.name.string.utf8.count)
      }
    }
  }

  func memory(
    _ used: Double?, of max: Double? = nil, high: Double? = nil, cache: Double = 0,
    shared: Double = 0, estimated: Bool = false
  ) -> Self {
    with {
      $0.memory.used = used.map { gibibytes($0) }
      if let used {
        $0.memory.anonymous = gibibytes((used - shared) * 0.98)
        $0.memory.shared = gibibytes(shared)
        $0.memory.kernel = gibibytes((used - shared) * 0.02)
        $0.memory.file = gibibytes(cache)
        $0.memory.charged = gibibytes(used + cache)
        $0.memory.peak = gibibytes(used * 1.1)
        $0.history.memory = (0..<60).map {
          Float(used * (0.8 + 0.2 * Double($0) / 60)) * 1_073_741_824
        }
        $0.memory.oomKills = 0
      }
      $0.memory.isEstimate = estimated
      $0.grant.memory = max.map { .at(gibibytes($0)) } ?? .unlimited
      $0.grant.memoryHigh = high.map { .at(gibibytes($0)) } ?? .unlimited
    }
  }

  func io(read: Double?, written: Double?) -> Self {
    with {
      $0.io.read = read.map { ByteRate($0 * 1e6) }
      $0.io.written = written.map { ByteRate($0 * 1e6) }
      if let read { $0.history.io = wave(around: read * 1e6, seed: 3) }
    }
  }

  func states(_ states: JobState...) -> Self { with { $0.states = states } }

  func pressure(memory: Double = 0, io: Double = 0, cpu: Double = 0) -> Self {
    with {
      $0.pressure.cpuSome = Share(cpu)
      $0.pressure.cpuFull = Share(cpu / 2)
      $0.pressure.memorySome = Share(memory)
      $0.pressure.memoryFull = Share(memory / 2)
      $0.pressure.ioSome = Share(io)
      $0.pressure.ioFull = Share(io)
    }
  }

  func budget(cores: Double? = nil, memory: Double? = nil, tags: [String: String] = [:]) -> Self {
    with {
      $0.job.declaration = JobDeclaration(
        tags: tags.mapValues { SafeText($0) },
        budget: Budget(cores: cores.map { Cores($0) }, memory: memory.map { gibibytes($0) }))
    }
  }

  func cpus(_ list: String, weight: Int? = nil) -> Self {
    with {
      $0.grant.cpus = CPUSet(parsing: list)
      $0.grant.weight = weight
    }
  }

  func with(_ change: (inout JobMoment) -> Void) -> Self {
    var copy = self
    change(&copy.moment)
    return copy
  }

  /// A minute of values that tremble around one, the same in every run.
  private func wave(around value: Double, seed: Int) -> [Float] {
    (0..<60).map { tick in
      let tremble = Double((tick * 7 + seed * 13) % 11) / 11 - 0.5
      return Float(max(0, value * (1 + tremble * 0.3)))
    }
  }
}

func gibibytes(_ count: Double) -> Bytes { Bytes(Int64(count * 1_073_741_824)) }
