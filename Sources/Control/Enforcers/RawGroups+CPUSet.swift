import Model

/// Core sets. In v1 a child's set must lie within its parent's, so the order of the writes matters;
/// in v2 any set is accepted and only the effective one says what is in force.
extension RawGroups {
  func steps(
    cpus: CPUSet, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    let parent = place.ancestors.first ?? place.directory
    let allowed = files.effectiveCPUs(parent) ?? nearestCPUs(place, files)
    if !cpus.isEmpty, !cpus.isSubset(of: allowed) {
      throw ChangeFailure(
        .notNow,
        "CPU \(cpus.subtracting(allowed)) is not in the core set of the group above, \(parent), which has \(allowed): widen that one first."
      )
    }
    // All is all that is above: a core set of v1 is never empty, one of v2 not while processes use it.
    let wanted = cpus.isEmpty && !mayBeEmpty(place, files) ? allowed : cpus
    switch place.interface {
    case .v2: return [try unifiedStep(wanted, allowed, at: place, files)]
    case .v1: return try nestedSteps(wanted, parent, at: place, files)
    }
  }

  private func mayBeEmpty(_ place: KnobPlace, _ files: GroupFiles) -> Bool {
    guard place.interface == .v2 else { return false }
    return files.cpus(place.path)?.isEmpty != false
      || Files.line("\(place.directory)/cgroup.events")?.contains("populated 1") != true
  }

  private func unifiedStep(
    _ cpus: CPUSet, _ allowed: CPUSet, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> Step {
    try step(
      place.directory, place.file, to: "\(cpus)", files,
      expected: .effective(
        file: "cpuset.cpus.effective", value: "\(cpus.isEmpty ? allowed : cpus)"))
  }

  /// The job's own groups below it follow: those with its old set get the new one, others lose what
  /// it loses.
  ///
  /// Parents grow before their children and children shrink before their parents: each group first
  /// gets both sets, downwards, and then loses the old one, upwards.
  private func nestedSteps(
    _ cpus: CPUSet, _ parent: String, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    let file = place.file
    var steps: [Step] = []
    guard let old = files.cpus(place.path) else {
      throw ChangeFailure(.failed, "\(place.path) cannot be read.")
    }
    // A group without memory nodes takes no process, whatever its CPUs are.
    if files.line("\(place.directory)/cpuset.mems")?.isEmpty == true,
      let nodes = files.line("\(parent)/cpuset.effective_mems")
        ?? files.line("\(parent)/cpuset.mems")
    {
      steps.append(try step(place.directory, "cpuset.mems", to: nodes, files))
    }
    let below = files.descendants(of: place.directory)
    let both = below.isEmpty ? cpus : old.union(cpus)
    var narrowing: [Step] = []
    func add(_ group: String, from old: CPUSet, over wide: CPUSet, to wanted: CPUSet)
      throws(ChangeFailure)
    {
      var step = try self.step(group, file, to: "\(wide)", files)
      if wide != old { steps.append(step) }
      if wide == wanted { return }
      if wide != old { step.before = step.after }
      step.after = "\(wanted)"
      narrowing.insert(step, at: 0)
    }
    try add(place.directory, from: old, over: both, to: cpus)
    for group in below {
      guard let theirs = files.cpus("\(group)/\(file)"), !theirs.isEmpty else { continue }
      let common = theirs.intersection(cpus)
      let wanted = theirs == old || common.isEmpty ? cpus : common
      if wanted != theirs { try add(group, from: theirs, over: theirs.union(wanted), to: wanted) }
    }
    return steps + narrowing
  }

  /// Where the controller is off in the groups above, the nearest that has it decides.
  private func nearestCPUs(_ place: KnobPlace, _ files: GroupFiles) -> CPUSet {
    for ancestor in place.ancestors {
      if let cpus = files.effectiveCPUs(ancestor), !cpus.isEmpty { return cpus }
    }
    return files.cpus("\(system.sys)/devices/system/cpu/online") ?? CPUSet()
  }
}

extension RawGroups {
  /// All CPUs of the group above, for a core set that the kernel does not let be emptied while
  /// processes use it; nil where it can be emptied.
  func wholeSet(at place: Place) -> String? {
    guard case .file(let directory, _, "cpuset.cpus") = place,
      Files.line("\(directory)/cgroup.events")?.contains("populated 1") == true,
      let slash = directory.utf8.lastIndex(of: UInt8(ascii: "/"))
    else { return nil }
    return GroupFiles().effectiveCPUs(String(directory[..<slash]))?.description
  }
}
