import CLinux
import Glibc
import Model

extension RawGroups {
  /// One write of a file of a group, with what is there now.
  func step(
    _ directory: String, _ file: String, to after: String, _ files: GroupFiles,
    expected: Step.Expectation = .same, mayBlock: Bool = false,
    preparation: Step.Preparation = .none
  ) throws(ChangeFailure) -> Step {
    guard let status = Files.status(directory), var content = files.line("\(directory)/\(file)")
    else {
      throw ChangeFailure(
        .failed, "\(directory)/\(file) cannot be read: \(SystemError.last.words).")
    }
    if LegacyQuota(after) != nil, file == LegacyQuota.file,
      let now = files.quota(directory, .v1)
    {
      content = LegacyQuota(quota: now.quota, period: now.period).text
    }
    return Step(
      place: .file(directory: directory, inode: UInt64(status.st_ino), name: file),
      before: ControlFile.part(of: content, file: file, like: after), after: after,
      expected: expected, mayBlock: mayBlock, preparation: preparation)
  }

  // MARK: CPU

  func steps(
    cores limit: Limit<Cores>, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    guard let now = files.quota(place.directory, place.interface) else {
      throw ChangeFailure(.failed, "\(place.path) cannot be read.")
    }
    guard case .at(let cores) = limit else {
      return [try quotaStep(nil, period: now.period, place.directory, place, files)]
    }
    let exact = (cores.value * Double(now.period)).rounded()
    guard exact >= 1000, exact < 1e13 else {
      throw ChangeFailure(
        .never,
        "The kernel grants at least \(short(1000 / Double(now.period))) cores here, not \(short(cores.value))."
      )
    }
    let quota = Int64(exact)
    let above = coresAbove(place, files)
    if case .at(let most) = above.limit, Double(quota) > most.value * Double(now.period) + 0.5 {
      throw ChangeFailure(
        .notNow,
        "The group above, \(above.group), has \(short(most.value)) cores: give it more first.")
    }
    var steps: [Step] = []
    if place.interface == .v1 {
      // The kernel refuses a quota above the parent's: what is below shrinks first.
      for group in files.descendants(of: place.directory).reversed() {
        guard let below = files.quota(group, .v1), let theirs = below.quota else { continue }
        let most = Int64((cores.value * Double(below.period)).rounded(.down))
        if theirs > most {
          steps.append(try quotaStep(max(most, 1000), period: below.period, group, place, files))
        }
      }
    }
    let burstFile = place.interface == .v2 ? "cpu.max.burst" : "cpu.cfs_burst_us"
    if let burst = files.number("\(place.directory)/\(burstFile)"), burst > quota {
      steps.append(try step(place.directory, burstFile, to: "\(quota)", files))
    }
    steps.append(try quotaStep(quota, period: now.period, place.directory, place, files))
    return steps
  }

  private func quotaStep(
    _ quota: Int64?, period: Int64, _ directory: String, _ place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> Step {
    switch place.interface {
    case .v2:
      try step(directory, place.file, to: "\(quota.map { "\($0)" } ?? "max") \(period)", files)
    case .v1:
      try step(
        directory, place.file, to: LegacyQuota(quota: quota, period: period).text, files)
    }
  }

  func steps(
    weight: Int, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    guard (1...10_000).contains(weight) else {
      throw ChangeFailure(.never, "A weight is from 1 to 10000, where 100 is ordinary.")
    }
    let text = place.interface == .v2 ? "\(weight)" : "\(Weight.shares(weight))"
    return [try step(place.directory, place.file, to: text, files)]
  }

  func steps(
    burst seconds: Double, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    guard let now = files.quota(place.directory, place.interface), seconds.isFinite, seconds >= 0
    else { throw ChangeFailure(.never, "A burst is a number of core-seconds.") }
    let burst = Int64(min(seconds * 1e6, 1e12).rounded())
    // Without a quota nothing can be saved, and the kernel takes any number.
    if let quota = now.quota, burst > quota {
      throw ChangeFailure(
        .notNow,
        "A burst is at most the quota of one period, \(short(Double(quota) / 1e6)) core-seconds: give it more cores first."
      )
    }
    return [try step(place.directory, place.file, to: "\(burst)", files)]
  }

  // MARK: Tasks

  func steps(
    pids limit: Limit<Int>, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    if case .at(let count) = limit, !(1...Knob.mostTasks).contains(count) {
      throw ChangeFailure(.never, "A limit of tasks is from 1 to \(Knob.mostTasks).")
    }
    let text = limit.amount.map { "\($0)" } ?? "max"
    return [try step(place.directory, place.file, to: text, files)]
  }

  func steps(
    frozen isFrozen: Bool, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    switch place.interface {
    case .v2:
      let value = isFrozen ? "1" : "0"
      return [
        try step(
          place.directory, place.file, to: value, files,
          expected: .effective(file: "cgroup.events", value: "frozen \(value)"))
      ]
    case .v1:
      return [try step(place.directory, place.file, to: isFrozen ? "FROZEN" : "THAWED", files)]
    }
  }
}
