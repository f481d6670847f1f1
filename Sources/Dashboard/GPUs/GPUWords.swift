import Drawing
import Model

extension Context {
  /// The time of day of an instant: `13:21`, with the weekday where it is not today's.
  func clock(of instant: Instant) -> String {
    let age = moment.time.seconds(since: instant)
    let text = Format.clock(moment.wallClock - age, offset: state.settings.clockOffset)
    let time = String(text.dropLast(3))
    return age < 20 * 3600 ? String(time.dropFirst(4)) : time
  }

  /// For how long something goes on, with a sign where it may be longer.
  func age(of since: Instant, isAtLeast: Bool = false) -> String {
    (isAtLeast ? ">" : "") + Format.age(moment.time.seconds(since: since))
  }

  func job(_ id: JobID) -> Job? { moment.jobs.first { $0.id == id }?.job }
}

extension Look {
  /// A measure as text: `–` where it could not be read, `n/a` where it is not offered.
  func text<Value>(_ measure: Measure<Value>, _ write: (Value) -> String) -> String {
    switch measure {
    case .value(let value): write(value)
    case .unknown: unknown
    case .unsupported: "n/a"
    }
  }
}

extension GPUMoment {
  /// Its number; an instance's below that of its device.
  func label(_ glyphs: Glyphs) -> String {
    let identity = reading.identity
    guard identity.parent != nil else { return "\(identity.index)" }
    return (glyphs.isASCII ? "`" : "└") + "\(identity.index)"
  }

  /// Its name without what all have in common; of an instance what kind it is.
  var shortName: String {
    var name = reading.identity.name.string[...]
    if reading.identity.parent != nil, let kind = name.split(separator: " ").last {
      return "\(kind)"
    }
    for maker in ["NVIDIA ", "AMD ", "Intel "] where name.hasPrefix(maker) {
      name = name.dropFirst(maker.count)
    }
    return String(name)
  }

  /// Seconds since its values were read, where they are not of this moment.
  func age(_ context: Context) -> Double? {
    let age = context.moment.time.seconds(since: reading.time)
    return age > max(3, 2.5 * context.state.settings.interval) ? age : nil
  }

  /// Whether what it says is of now.
  func isFresh(_ context: Context) -> Bool {
    reading.condition == .answering && age(context) == nil
  }

  /// Who holds it, the largest first: jobs, then processes in no job with their pids.
  func holderNames(_ context: Context) -> [(name: String, number: String, owner: String)] {
    holders.map { holder in
      let job = context.job(holder.job)
      return (job?.name.string ?? context.look.unknown, "", job?.owner.string ?? "")
    }
      + strangers.map { stranger in
        let name = stranger.process.isHere ? stranger.name?.string ?? "pid" : "gone"
        return (name, " \(stranger.process.pid)", stranger.owner?.string ?? "")
      }
  }

  /// What stands where nobody holds it.
  func nobody(_ look: Look) -> String {
    if reading.identity.isSplit { return "split" }
    switch reading.processes {
    case .value: return hasForeignPids ? look.unknown : "nobody"
    case .unknown: return look.unknown
    case .unsupported: return "n/a"
    }
  }
}

extension GPUThrottles {
  /// What holds clocks back, dearest first.
  var words: [String] {
    [(GPUThrottles.thermal, "heat"), (.power, "power"), (.brake, "brake")].filter {
      contains($0.0)
    }.map(\.1)
  }
}

extension Sign {
  /// The conditions of a device that show on its row, most pressing first.
  static func all(of gpu: GPUMoment, _ context: Context) -> [Sign] {
    let (look, reading) = (context.look, gpu.reading)
    var signs: [Sign] = []
    switch reading.condition {
    case .lost: return [Sign("X", "lost", look.bad)]
    case .refused: return [Sign("?", "not readable", look.warn)]
    case .silent(let since):
      signs.append(Sign("?", "silent \(context.age(of: since))", look.warn))
      signs[0].longer = ["no answer for \(context.age(of: since))"]
    case .answering:
      if let age = gpu.age(context) { signs.append(Sign("?", "\(Format.age(age)) old", look.warn)) }
    }
    if reading.remappedRows.value?.hasFailed == true {
      signs.append(Sign("!", "memory rows failed", look.bad))
    } else if reading.remappedRows.value?.isPending == true {
      signs.append(Sign("!", "needs a reset", look.warn))
    }
    if let error = reading.lastError {
      signs.append(Sign("!", "error \(error.number)", look.warn))
    }
    let held = reading.throttles.value?.words ?? []
    if !held.isEmpty {
      var sign = Sign("T", "slow: " + held.joined(separator: ", "), look.throttled)
      sign.longer = ["slowed by " + held.joined(separator: ", ")]
      signs.append(sign)
    }
    if let since = gpu.idleSince(at: context.moment.time) {
      signs.append(idle(since, gpu.idle.isSinceBeginning, isHeld: gpu.isHeld, context))
    } else if let share = gpu.idle.lastMinute, share.value >= leastGaps, gpu.isHeld,
      reading.condition == .answering
    {
      var sign = Sign(
        String(Character(BusyStrip.idleGlyph(look.glyphs))), "gaps \(Format.percent(share))",
        look.warn)
      sign.longer = [
        "gaps: \(Format.percent(share)) idle", "gaps: idle \(Format.percent(share)) of a minute",
      ]
      signs.append(sign)
    }
    if gpu.holders.count + gpu.strangers.count > 1 { signs.append(Sign("&", "shared", look.text)) }
    return signs
  }

  /// The idle part of the last minute from which on a device in use has gaps worth a word.
  private static let leastGaps = 0.1

  private static func idle(
    _ since: Instant, _ isBeginning: Bool, isHeld: Bool, _ context: Context
  ) -> Sign {
    let age = context.age(of: since, isAtLeast: isBeginning)
    let clock = context.clock(of: since)
    var sign = Sign("z", "idle \(age)", isHeld ? context.look.warn : context.look.dim)
    sign.longer =
      isBeginning
      ? ["idle since before \(clock)", "idle since before \(clock), \(age)"]
      : ["idle since \(clock)", "idle since \(clock), \(age)"]
    return sign
  }
}
