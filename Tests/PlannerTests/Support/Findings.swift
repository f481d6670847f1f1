import Model
import Planner

extension Subject {
  /// The same job with a finding.
  func with(
    _ rule: RuleID, _ level: FindingLevel = .red, _ suggestion: Suggestion?
  ) -> Subject {
    var subject = self
    var finding = Finding(
      job: id, rule: rule, level: level, since: Instant(nanoseconds: 0),
      asOf: Instant(nanoseconds: 0),
      account: FindingAccount("It is so.", [], suggestion: suggestion))
    finding.role = rule.kind == .waste ? .separate : .main
    subject.moment.findings.append(finding)
    return subject
  }

  /// The same job, wanting this many more cores.
  func wantingCores(_ more: Double, _ rule: RuleID = .cpuQuota) -> Subject {
    with(rule, .red, Suggestion(.knob(.cores), .raise, .cores(Cores(more)), "more cores"))
  }

  func wantingMemory(_ more: Bytes, _ level: FindingLevel = .red) -> Subject {
    with(.memoryLimit, level, Suggestion(.knob(.memory), .raise, .memory(more), "more memory"))
  }

  /// The same job with a GPU that is busy so much of the time.
  func withGPU(busy: Double) -> Subject {
    var subject = self
    var gpus = JobGPUs()
    gpus.held = [GPUID(target.name)]
    gpus.busy = busy
    subject.moment.gpus = gpus
    return subject
  }
}

/// A need known for hours: steady around a mean, with a margin.
func need(
  cores target: Double, p95: Double? = nil, most: Double? = nil, recent: Double? = nil,
  memory: Bytes? = nil, peak: Bytes? = nil, isAtLeast: Bool = false
) -> JobNeed {
  let wanted = p95 ?? target / 1.1
  let profile = DemandProfile(
    mean: wanted * 0.8, p50: wanted * 0.8, p90: wanted * 0.95, p95: wanted, p99: wanted * 1.05,
    most: most ?? wanted * 1.1)
  let cores = CoresNeed(
    kind: .cpu, target: Cores(target), lower: Cores(target * 0.99), upper: Cores(target * 1.25),
    confidence: 4, profile: profile, recentMost: Cores(max(target, recent ?? target)),
    isAtLeast: isAtLeast)
  let bytes = memory ?? .gibi(4)
  return JobNeed(
    cores: .known(cores),
    memory: .known(
      MemoryNeed(
        target: bytes, lower: Bytes(bytes.count / 100 * 99), upper: Bytes(bytes.count / 4 * 5),
        confidence: 4, peak: peak ?? Bytes(Int64(Double(bytes.count) / 1.15)), recentMost: bytes)))
}
