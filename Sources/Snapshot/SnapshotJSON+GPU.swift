import JSON
import Model

/// GPUs. What a device does not offer is left out; what could not be read is null.
extension SnapshotJSON {
  /// The devices, whether they are real, and why there are none where there should be.
  static func gpus(_ moment: Moment, _ json: inout JSONText) {
    json.value("gpus_simulated", moment.gpusAreSimulated)
    json.value("gpu_problem", moment.gpuProblem?.string)
    json.array("gpus") { json in
      for device in moment.gpus { json.object { gpu(device, moment, &$0) } }
    }
  }

  /// What a job has of them; null where it has none.
  static func gpu(_ job: JobMoment, _ moment: Moment, _ json: inout JSONText) {
    guard let gpus = job.gpus else {
      json.value("gpu", nil as String?)
      return
    }
    json.object("gpu") { json in
      json.array("held") { json in
        for id in gpus.held { json.value(nil, id.text.string) }
      }
      json.value("busy", gpus.busy)
      json.value("shared", gpus.isShared)
      json.value("memory_bytes", bytes(gpus.memory))
      json.value("idle_s", gpus.idleSince.map { moment.time.seconds(since: $0) }, decimals: 1)
      json.value("idle_is_longer", gpus.idleIsSinceBeginning)
    }
  }

  private static func gpu(_ device: GPUMoment, _ moment: Moment, _ json: inout JSONText) {
    let reading = device.reading
    identity(reading.identity, &json)
    json.value("condition", word(reading.condition))
    json.value("age_s", moment.time.seconds(since: reading.time), decimals: 1)
    json.value("busy", reading.busy.map(\.value))
    json.value("memory_busy", reading.memoryBusy.map(\.value))
    json.value("memory_bytes", reading.memory.map { Double($0.count) }, decimals: 0)
    json.value("memory_used_bytes", reading.memoryUsed.map { Double($0.count) }, decimals: 0)
    json.value(
      "memory_reserved_bytes", reading.memoryReserved.map { Double($0.count) }, decimals: 0)
    json.value("power_w", reading.power.map(\.value))
    json.value("power_limit_w", reading.powerLimit.map(\.value))
    json.value("power_limit_least_w", reading.powerLimitRange.map(\.lowerBound.value))
    json.value("power_limit_most_w", reading.powerLimitRange.map(\.upperBound.value))
    json.value("power_limit_default_w", reading.powerLimitDefault.map(\.value))
    json.value("energy_j", reading.energy.map { Double($0) / 1000 })
    json.value("clock_mhz", reading.clock.map(Double.init))
    json.value("clock_most_mhz", reading.clockMost.map(Double.init))
    json.value("memory_clock_mhz", reading.memoryClock.map(Double.init))
    json.value("temperature_c", reading.temperature.map(Double.init))
    json.value("slowdown_temperature_c", reading.slowdownTemperature.map(Double.init))
    throttles(reading, &json)
    activity(reading, &json)
    json.value("received_bytes_per_s", reading.received.map(\.perSecond), decimals: 0)
    json.value("sent_bytes_per_s", reading.sent.map(\.perSecond), decimals: 0)
    rows(reading, &json)
    json.value("last_error", reading.lastError.map { Int(clamping: $0.number) })
    idle(device, moment, &json)
    holders(device, moment, &json)
  }

  private static func identity(_ identity: GPUIdentity, _ json: inout JSONText) {
    json.value("id", identity.id.text.string)
    json.value("index", identity.index)
    json.value("vendor", identity.vendor.rawValue)
    json.value("name", identity.name.string)
    json.value("address", identity.address?.string)
    json.value("node", identity.node)
    json.value("parent", identity.parent?.text.string)
    json.value("split", identity.isSplit)
    json.value("simulated", identity.isSimulated)
  }

  private static func word(_ condition: GPUCondition) -> String {
    switch condition {
    case .answering: "answering"
    case .silent: "silent"
    case .lost: "lost"
    case .refused: "refused"
    }
  }

  private static func throttles(_ reading: GPUReading, _ json: inout JSONText) {
    json.whereOffered("throttled_by", reading.throttles) { json, throttles in
      json.array("throttled_by") { json in
        if throttles.contains(.power) { json.value(nil, "power") }
        if throttles.contains(.thermal) { json.value(nil, "thermal") }
        if throttles.contains(.brake) { json.value(nil, "brake") }
      }
    }
    json.whereOffered("throttled_s", reading.throttleTimes) { json, times in
      json.object("throttled_s") { json in
        json.value("power", times.power.map { Double($0) / 1e9 })
        json.value("thermal", times.thermal.map { Double($0) / 1e9 })
        json.value("brake", times.brake.map { Double($0) / 1e9 })
      }
    }
  }

  private static func activity(_ reading: GPUReading, _ json: inout JSONText) {
    json.whereOffered("activity", reading.activity) { json, activity in
      json.object("activity") { json in
        json.value("multiprocessors", activity.multiprocessors.value)
        json.value("occupancy", activity.occupancy?.value)
        json.value("tensor", activity.tensor?.value)
        json.value("memory", activity.memory?.value)
      }
    }
  }

  private static func rows(_ reading: GPUReading, _ json: inout JSONText) {
    json.whereOffered("remapped_rows", reading.remappedRows) { json, rows in
      json.object("remapped_rows") { json in
        json.value("correctable", rows.correctable)
        json.value("uncorrectable", rows.uncorrectable)
        json.value("pending", rows.isPending)
        json.value("failed", rows.hasFailed)
      }
    }
  }

  private static func idle(_ device: GPUMoment, _ moment: Moment, _ json: inout JSONText) {
    let idle = device.idle
    json.object("idle") { json in
      if let isIdle = idle.isIdle {
        json.value("now", isIdle)
      } else {
        json.value("now", nil as String?)
      }
      json.value("for_s", idle.since.map { moment.time.seconds(since: $0) }, decimals: 1)
      json.value("is_longer", idle.isSinceBeginning)
      json.value("longest_s", idle.longest, decimals: 1)
      json.value("last_minute", idle.lastMinute?.value)
      json.value("last_hour", idle.lastHour?.value)
      json.value("last_day", idle.lastDay?.value)
      json.value("device_hours", idle.hours)
      json.value(
        "counted_s", idle.countedSince.map { moment.time.seconds(since: $0) }, decimals: 1)
    }
  }

  private static func holders(_ device: GPUMoment, _ moment: Moment, _ json: inout JSONText) {
    json.array("holders") { json in
      for holder in device.holders {
        json.object { json in
          json.value("job", holder.job.description)
          json.value("name", moment.jobs.first { $0.id == holder.job }?.job.name.string)
          json.value("reason", holder.reason.rawValue)
          json.value("processes", holder.processes)
          json.value("memory_bytes", bytes(holder.memory))
          json.value("share", holder.share.map(\.value))
        }
      }
    }
    json.array("strangers") { json in
      for stranger in device.strangers {
        json.object { json in
          json.value("pid", Int(stranger.process.pid))
          json.value("name", stranger.name?.string)
          json.value("owner", stranger.owner?.string)
          json.value("here", stranger.process.isHere)
          json.value("memory_bytes", bytes(stranger.process.memory))
          json.value("share", stranger.process.share.map(\.value))
        }
      }
    }
    json.value("foreign_pids", device.hasForeignPids)
  }
}

extension JSONText {
  /// A number: nothing where the device does not offer it, null where it could not be read.
  fileprivate mutating func value(
    _ key: String, _ measure: Measure<Double>, decimals: Int = 4
  ) {
    switch measure {
    case .value(let number): value(key, number, decimals: decimals)
    case .unknown: value(key, nil as Double?, decimals: decimals)
    case .unsupported: return
    }
  }

  fileprivate mutating func whereOffered<Value>(
    _ key: String, _ measure: Measure<Value>, _ body: (inout JSONText, Value) -> Void
  ) {
    switch measure {
    case .value(let value): body(&self, value)
    case .unknown: value(key, nil as String?)
    case .unsupported: return
    }
  }
}
