/// A script that simulated GPUs play: what each does, over and over.
package struct GPUScenario: Sendable, Hashable {
  /// A stretch in which a device does the same.
  package struct Segment: Sendable, Hashable {
    package var seconds: Double
    /// The part of this time in which a kernel runs.
    package var busy: Share
    /// Held by the holder's processes.
    package var memory: Bytes
    package var power: Watts
    /// The name of the job that holds it; nil for nobody.
    package var holder: SafeText?

    package init(
      seconds: Double, busy: Share, memory: Bytes, power: Watts, holder: SafeText? = nil
    ) {
      self.seconds = seconds
      self.busy = busy
      self.memory = memory
      self.power = power
      self.holder = holder
    }
  }

  package struct Device: Sendable, Hashable {
    package var name: SafeText
    package var memory: Bytes
    package var powerLimit: Watts
    /// NUMA node; nil on a box with one.
    package var node: Int?
    /// Played in this order, then from the start again.
    package var segments: [Segment]

    package init(
      name: SafeText, memory: Bytes, powerLimit: Watts, node: Int? = nil, segments: [Segment]
    ) {
      self.name = name
      self.memory = memory
      self.powerLimit = powerLimit
      self.node = node
      self.segments = segments
    }
  }

  package var devices: [Device]

  package init(devices: [Device]) { self.devices = devices }

  /// The jobs that hold devices in it.
  package var holders: Set<SafeText> { Set(devices.flatMap { $0.segments.compactMap(\.holder) }) }

  /// Three devices for up to three jobs, by name: the first trains, the second starves its device for
  /// half of the time, the third holds one and leaves it idle. A device without a job is nobody's.
  package static func demo(jobs: [SafeText]) -> GPUScenario {
    func device(_ segments: [Segment]) -> Device {
      Device(
        name: SafeText("Simulated GPU"), memory: .gibi(80), powerLimit: Watts(700),
        segments: segments)
    }
    func job(_ index: Int) -> SafeText? { jobs.indices.contains(index) ? jobs[index] : nil }
    func segment(_ seconds: Double, _ busy: Double, _ power: Double, _ gibi: Int64, _ index: Int)
      -> Segment
    {
      let holder = job(index)
      return Segment(
        seconds: seconds, busy: Share(holder == nil ? 0 : busy),
        memory: holder == nil ? .zero : .gibi(gibi), power: Watts(holder == nil ? 70 : power),
        holder: holder)
    }
    return GPUScenario(devices: [
      device([segment(20, 0.98, 640, 61, 0), segment(4, 0.91, 590, 61, 0)]),
      device([segment(1.5, 1, 430, 22, 1), segment(1.5, 0, 125, 22, 1)]),
      device([segment(60, 0, 75, 34, 2)]),
    ])
  }
}
