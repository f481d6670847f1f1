import Model

/// Memory limits. Lowering `memory.max` below what a job uses has it killed (v2) or is refused (v1),
/// so what can be reclaimed is reclaimed first, and what cannot is a reason to refuse.
extension RawGroups {
  func steps(
    memory limit: Limit<Bytes>, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    let wanted = try inPages(limit)
    var use: MemoryUse?
    if case .at(let bytes) = wanted {
      let above = memoryAbove(place, files)
      if case .at(let most) = above.limit, bytes > most {
        throw ChangeFailure(
          .notNow,
          "The group above, \(above.group), has \(shortBytes(most.count)): give it more first.")
      }
      use = try checkedUse(bytes, place)
    }
    switch place.interface {
    case .v2: return try unifiedSteps(memory: wanted, at: place, charged: use?.charged, files)
    case .v1: return try legacySteps(memory: wanted, at: place, files)
    }
  }

  /// What the job uses. Refuses a limit that would have it killed: the kernel would not ask.
  private func checkedUse(
    _ bytes: Bytes, _ place: KnobPlace
  ) throws(ChangeFailure) -> MemoryUse {
    guard let use = MemoryUse(place.directory, place.interface) else {
      throw ChangeFailure(.failed, "What \(place.directory) uses cannot be read.")
    }
    guard bytes.count >= use.least else {
      throw ChangeFailure(
        .notNow,
        "It holds \(shortBytes(use.hard)) that cannot be reclaimed and would be killed: the least limit now is \(shortBytes(use.least)), a tenth more."
      )
    }
    return use
  }

  private func unifiedSteps(
    memory wanted: Limit<Bytes>, at place: KnobPlace, charged: Int64?, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    let directory = place.directory
    guard case .at(let bytes) = wanted, let charged else {
      return [try step(directory, place.file, to: "max", files)]
    }
    let isSqueeze = charged > bytes.count
    let limit = try step(
      directory, place.file, to: "\(bytes.count)", files, expected: .number(tolerance: pageSize),
      mayBlock: true, preparation: isSqueeze ? .reclaim(to: bytes.count) : .none)
    guard isSqueeze, let high = files.bytes("\(directory)/memory.high"),
      high.tightened(by: wanted) != high
    else { return [limit] }
    // Slowed at the new limit while it is reclaimed, so that it does not grow again meanwhile.
    let slow = try step(
      directory, "memory.high", to: "\(bytes.count)", files,
      expected: .number(tolerance: pageSize), mayBlock: true)
    var free = slow
    swap(&free.before, &free.after)
    return [slow, limit, free]
  }

  /// The limit of memory and swap together is never below the one of memory: it grows first and
  /// shrinks last. What the job may swap stays the same.
  private func legacySteps(
    memory wanted: Limit<Bytes>, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    let directory = place.directory
    let bothFile = "memory.memsw.limit_in_bytes"
    // As the kernel prints "no limit" here: the largest number of whole pages.
    let none = Int64.max / pageSize * pageSize
    func text(_ limit: Limit<Bytes>) -> String { "\(limit.amount?.count ?? none)" }
    let now = files.bytes(place.path) ?? .unlimited
    let isDown = wanted.tightened(by: now) == wanted
    let limit = try step(
      directory, place.file, to: text(wanted), files, expected: .number(tolerance: pageSize),
      mayBlock: isDown,
      preparation: .none)
    guard case .at(let both)? = files.bytes("\(directory)/\(bothFile)") else { return [limit] }
    let swap = now.amount.map { max(0, both.count - $0.count) } ?? 0
    let wantedBoth: Limit<Bytes> =
      switch wanted {
      case .unlimited: .unlimited
      case .at(let bytes): .at(Bytes(bytes.count + swap))
      }
    let total = try step(
      directory, bothFile, to: text(wantedBoth), files, expected: .number(tolerance: pageSize),
      mayBlock: isDown)
    return isDown ? [limit, total] : [total, limit]
  }

  func steps(
    memoryHigh limit: Limit<Bytes>, at place: KnobPlace, _ files: GroupFiles
  ) throws(ChangeFailure) -> [Step] {
    let text = try inPages(limit).amount.map { "\($0.count)" } ?? "max"
    return [
      try step(
        place.directory, place.file, to: text, files, expected: .number(tolerance: pageSize),
        mayBlock: true)
    ]
  }

  private func inPages(_ limit: Limit<Bytes>) throws(ChangeFailure) -> Limit<Bytes> {
    guard case .at(let bytes) = limit else { return .unlimited }
    guard bytes.count >= pageSize else {
      throw ChangeFailure(.never, "A memory limit is at least one page, \(pageSize) bytes.")
    }
    return .at(Bytes(bytes.count / pageSize * pageSize))
  }
}

/// Bytes for a sentence: `3.2 GiB`.
func shortBytes(_ count: Int64) -> String {
  let units = ["B", "KiB", "MiB", "GiB", "TiB"]
  var value = Double(count)
  var unit = 0
  while value >= 1024, unit < units.count - 1 {
    value /= 1024
    unit += 1
  }
  let tenths = (value * 10).rounded() / 10
  return "\(tenths == tenths.rounded() ? "\(Int64(tenths))" : "\(tenths)") \(units[unit])"
}
