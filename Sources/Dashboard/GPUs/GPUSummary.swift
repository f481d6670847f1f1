import Model

/// All devices of the box in one line. An instance counts with the device that it is a part of.
struct GPUSummary {
  /// Seconds of idleness from which on it is called so: shorter gaps show in the strips.
  static let leastIdle = 10.0

  private(set) var count = 0
  /// The sum of the shares that are known; nil where none is.
  private(set) var busy: Double?
  private(set) var held = 0
  /// Held by nobody, and fit to be.
  private(set) var free = 0
  /// Held, and idle all over.
  private(set) var idle = 0
  /// The one of them that is idle for longest, and since when.
  private(set) var longestIdle: (index: Int, since: Instant, isSinceBeginning: Bool)?

  init(_ moment: Moment) {
    for device in moment.gpus where device.reading.identity.parent == nil {
      count += 1
      if let share = device.reading.busy.value, device.reading.condition == .answering {
        busy = (busy ?? 0) + share.value
      }
      var parts = [device]
      if device.reading.identity.isSplit {
        parts = moment.gpus.filter { $0.reading.identity.parent == device.id }
      }
      let heldParts = parts.filter(\.isHeld)
      if heldParts.isEmpty {
        if device.reading.condition == .answering, parts.allSatisfy(\.holdersAreKnown) { free += 1 }
        continue
      }
      held += 1
      let since = heldParts.map { $0.idleSince(at: moment.time) }
      guard !since.contains(nil), let latest = since.compactMap({ $0 }).max() else { continue }
      idle += 1
      guard latest < longestIdle?.since ?? latest.advanced(bySeconds: 1) else { continue }
      longestIdle = (
        device.reading.identity.index, latest, heldParts.contains { $0.idle.isSinceBeginning }
      )
    }
  }
}

extension Moment {
  /// Whether there is anything to say of GPUs.
  var tellsGPUs: Bool { !gpus.isEmpty || gpuProblem != nil }
}

extension GPUMoment {
  var isHeld: Bool { !holders.isEmpty || !strangers.isEmpty }

  /// Whether an empty list of holders means nobody.
  var holdersAreKnown: Bool { reading.processes.value != nil && !hasForeignPids }

  /// Since when it is idle, where that is long enough to be called so.
  func idleSince(at now: Instant) -> Instant? {
    guard idle.isIdle == true, let since = idle.since,
      now.seconds(since: since) >= GPUSummary.leastIdle
    else { return nil }
    return since
  }
}

extension JobGPUs {
  /// Since when all of them are idle, where that is long enough to be called so.
  func idleSince(at now: Instant) -> Instant? {
    guard let since = idleSince, now.seconds(since: since) >= GPUSummary.leastIdle else {
      return nil
    }
    return since
  }
}
