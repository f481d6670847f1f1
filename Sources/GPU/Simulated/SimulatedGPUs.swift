import Model

/// Plays a scenario: the same instant always gives the same values.
struct SimulatedGPUs {
  /// What a driver's own samples last.
  private static let period = 1.0 / 6

  let scenario: GPUScenario
  private let start: Instant
  private var last: Instant?
  /// The processes of each job, by its name.
  var holders: [SafeText: [Int32]] = [:]

  init(_ scenario: GPUScenario, start: Instant) {
    self.scenario = scenario
    self.start = start
  }

  mutating func sample(at now: Instant) -> GPUSample {
    defer { last = now }
    var sample = GPUSample(time: now)
    sample.driver = SafeText("SIMULATED")
    for index in scenario.devices.indices {
      sample.devices.append(reading(of: index, at: now))
    }
    return sample
  }

  private func reading(of index: Int, at now: Instant) -> GPUReading {
    let device = scenario.devices[index]
    var identity = GPUIdentity(
      id: GPUID(SafeText("SIMULATED-\(index)")), index: index, vendor: .nvidia, name: device.name)
    identity.node = device.node
    identity.isSimulated = true
    var reading = GPUReading(identity: identity, time: now)
    let elapsed = now.seconds(since: start)
    let segment = Self.segment(of: device, at: elapsed)
    let period = (elapsed / Self.period).rounded(.down)
    reading.busy = .value(Self.busy(device, period: period))
    if let last {
      let first = (last.seconds(since: start) / Self.period).rounded(.down) + 1
      // After a pause, as many as a driver keeps.
      var number = max(first, period - 119)
      while number <= period {
        let time = start.advanced(bySeconds: number * Self.period).nanoseconds / 1000
        reading.busySamples.append(
          GPUBusySample(time: time, busy: Self.busy(device, period: number)))
        number += 1
      }
    }
    let busy = segment?.busy.value ?? 0
    reading.memoryBusy = .value(Share(busy * 0.6))
    reading.memory = .value(device.memory)
    reading.memoryUsed = .value(segment?.memory ?? .zero)
    reading.memoryReserved = .value(.mebi(550))
    reading.power = .value(segment?.power ?? Watts(0))
    reading.powerLimit = .value(device.powerLimit)
    reading.energy = .value(Self.energy(device, until: elapsed))
    reading.clock = .value(busy > 0 ? 1980 : 345)
    reading.clockMost = .value(1980)
    reading.temperature = .value(
      Int(32 + 40 * (segment?.power.value ?? 0) / max(1, device.powerLimit.value)))
    reading.slowdownTemperature = .value(87)
    reading.throttles = .value([])
    reading.processes = .value(processes(of: segment))
    return reading
  }

  private func processes(of segment: GPUScenario.Segment?) -> [GPUProcess] {
    guard let segment, let holder = segment.holder, let pids = holders[holder], !pids.isEmpty
    else { return [] }
    return pids.map { pid in
      var process = GPUProcess(
        pid: pid, memory: Bytes(segment.memory.count / Int64(pids.count)))
      process.share = .value(Share(segment.busy.value / Double(pids.count)))
      return process
    }
  }

  /// What a device does so many seconds after the start; nil where it has no segments.
  private static func segment(
    of device: GPUScenario.Device, at elapsed: Double
  ) -> GPUScenario.Segment? {
    let round = device.segments.reduce(0) { $0 + max(0, $1.seconds) }
    guard round > 0 else { return device.segments.first }
    var position = elapsed.truncatingRemainder(dividingBy: round)
    for segment in device.segments {
      if position < segment.seconds { return segment }
      position -= max(0, segment.seconds)
    }
    return device.segments.last
  }

  /// Utilisation in one of the driver's sample periods: as its middle says.
  private static func busy(_ device: GPUScenario.Device, period number: Double) -> Share {
    segment(of: device, at: max(0, number - 0.5) * period)?.busy ?? Share(0)
  }

  /// Millijoules since the start.
  private static func energy(_ device: GPUScenario.Device, until elapsed: Double) -> UInt64 {
    let round = device.segments.reduce(0) { $0 + max(0, $1.seconds) }
    guard round > 0 else { return 0 }
    let perRound = device.segments.reduce(0) { $0 + max(0, $1.seconds) * $1.power.value }
    let rounds = (elapsed / round).rounded(.down)
    var rest = elapsed - rounds * round
    var joules = rounds * perRound
    for segment in device.segments where rest > 0 {
      let part = min(rest, max(0, segment.seconds))
      joules += part * segment.power.value
      rest -= part
    }
    return UInt64(joules * 1000)
  }
}
