package import Model

/// How a job's need is estimated.
package enum NeedKind: String, Sendable, Hashable, CaseIterable {
  /// It holds GPUs: one that waits costs more than a core that idles.
  case gpu
  case cpu
  /// Declared `class = "best-effort"`: it may wait.
  case bestEffort = "best-effort"

  package init(of job: JobMoment) {
    if job.job.declaration?.jobClass == .bestEffort {
      self = .bestEffort
    } else {
      self = job.gpus?.held.isEmpty == false ? .gpu : .cpu
    }
  }

  /// The part of the time in which a job is to have what it wants; nil for the mean.
  package var quantile: Double? {
    switch self {
    case .gpu: 0.95
    case .cpu: 0.90
    case .bestEffort: nil
    }
  }
}

/// What we estimate that a job requires of something, or what is missing to say it.
package enum Need<Estimate: Sendable & Hashable>: Sendable, Hashable {
  case unknown(MissingPast)
  case known(Estimate)

  package var estimate: Estimate? {
    if case .known(let estimate) = self { estimate } else { nil }
  }

  package var missing: MissingPast? {
    if case .unknown(let missing) = self { missing } else { nil }
  }
}

/// How long a job was watched, and how long it has to be before its need is told.
package struct MissingPast: Sendable, Hashable {
  package var samples: Int
  package var leastSamples: Int
  package var seconds: Double
  package var leastSeconds: Double
  /// Nothing can be counted: what would be is not known of this job.
  package var isUnreadable = false

  package init(
    samples: Int, leastSamples: Int, seconds: Double, leastSeconds: Double,
    isUnreadable: Bool = false
  ) {
    self.samples = samples
    self.leastSamples = leastSamples
    self.seconds = seconds
    self.leastSeconds = leastSeconds
    self.isUnreadable = isUnreadable
  }

  /// `38 of 100 samples, 6 of 15 min`.
  package var text: String {
    if isUnreadable { return "what it uses cannot be read" }
    var words: [String] = []
    if samples < leastSamples { words.append("\(samples) of \(leastSamples) samples") }
    if seconds < leastSeconds {
      words.append("\(Int(seconds / 60)) of \(Int((leastSeconds / 60).rounded(.up))) min")
    }
    return words.joined(separator: ", ")
  }
}

/// How often a job wanted how many cores, in means of ten seconds, the recent past first.
package struct DemandProfile: Sendable, Hashable {
  package var mean: Double
  package var p50: Double
  package var p90: Double
  package var p95: Double
  package var p99: Double
  package var most: Double

  package init(
    mean: Double, p50: Double, p90: Double, p95: Double, p99: Double, most: Double
  ) {
    self.mean = mean
    self.p50 = p50
    self.p90 = p90
    self.p95 = p95
    self.p99 = p99
    self.most = most
  }

  /// The part of the time in which it wants more than so much, as a range: `0…0.01` beyond its p99.
  package func shareAbove(_ cores: Double) -> ClosedRange<Double> {
    if cores >= most { return 0...0 }
    if cores >= p99 { return 0...0.01 }
    if cores >= p95 { return 0.01...0.05 }
    if cores >= p90 { return 0.05...0.1 }
    if cores >= p50 { return 0.1...0.5 }
    return 0.5...1
  }
}

/// The cores that a job needs.
package struct CoresNeed: Sendable, Hashable {
  package var kind: NeedKind
  /// The quantile or mean of its demand that suits its kind, and a tenth.
  package var target: Cores
  /// It is as good as certain that less is too little, and that more is too much.
  package var lower: Cores
  package var upper: Cores
  /// Half-hours of evidence: 1 after the first.
  package var confidence: Double
  package var profile: DemandProfile
  /// The largest target of the last half hour: what it may be brought down to.
  package var recentMost: Cores
  /// It was throttled in most of what was seen: it may need more than was seen.
  package var isAtLeast: Bool

  package init(
    kind: NeedKind, target: Cores, lower: Cores, upper: Cores, confidence: Double,
    profile: DemandProfile, recentMost: Cores, isAtLeast: Bool = false
  ) {
    self.kind = kind
    self.target = target
    self.lower = lower
    self.upper = upper
    self.confidence = confidence
    self.profile = profile
    self.recentMost = recentMost
    self.isAtLeast = isAtLeast
  }

  /// The same in whole cores, for core sets.
  package var whole: Int { max(1, Int((target.value - 1e-9).rounded(.up))) }

  /// Whether a grant is far enough from it for a change to be worth its risk.
  package func isWorthChanging(_ grant: Cores) -> Bool {
    Worth.isChange(
      from: grant.value, to: target.value, lower.value...upper.value, confidence,
      least: NeedSettings.leastCores.value)
  }
}

/// The memory that a job needs: a limit at which it is not killed.
package struct MemoryNeed: Sendable, Hashable {
  package var target: Bytes
  package var lower: Bytes
  package var upper: Bytes
  /// Half-hours of evidence: 1 after the first.
  package var confidence: Double
  /// The most that was seen of what cannot be reclaimed, as far as it is not forgotten.
  package var peak: Bytes
  /// Page cache in it that it reads again and again; zero where it brings it nothing.
  package var cache: Bytes
  package var recentMost: Bytes
  /// It was killed for want of memory, and the target is above the limit of that time.
  package var isAfterKill: Bool

  package init(
    target: Bytes, lower: Bytes, upper: Bytes, confidence: Double, peak: Bytes,
    cache: Bytes = .zero, recentMost: Bytes, isAfterKill: Bool = false
  ) {
    self.target = target
    self.lower = lower
    self.upper = upper
    self.confidence = confidence
    self.peak = peak
    self.cache = cache
    self.recentMost = recentMost
    self.isAfterKill = isAfterKill
  }

  /// Whether a grant is far enough from it for a change to be worth its risk.
  package func isWorthChanging(_ grant: Bytes) -> Bool {
    Worth.isChange(
      from: Double(grant.count), to: Double(target.count),
      Double(lower.count)...Double(upper.count), confidence,
      least: Double(NeedSettings.leastMemory.count))
  }
}

/// What one job needs.
package struct JobNeed: Sendable, Hashable {
  package var cores: Need<CoresNeed>
  package var memory: Need<MemoryNeed>

  package init(cores: Need<CoresNeed>, memory: Need<MemoryNeed>) {
    self.cores = cores
    self.memory = memory
  }
}

/// Whether a change is worth making.
enum Worth {
  /// At least a core or a GiB; and either the grant is outside of what the need may be, or it is known
  /// for half an hour and the difference is a tenth. (The Vertical Pod Autoscaler's updater acts the
  /// same way, with 12 hours for the half.)
  static func isChange(
    from grant: Double, to target: Double, _ band: ClosedRange<Double>, _ confidence: Double,
    least: Double
  ) -> Bool {
    let difference = abs(target - grant)
    guard difference >= least - 1e-9 else { return false }
    return !band.contains(grant) || (confidence >= 1 && difference >= 0.1 * grant)
  }
}
