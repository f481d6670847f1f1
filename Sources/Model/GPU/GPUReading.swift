/// A GPU, or a part of one that jobs hold as a device of its own (a MIG instance).
///
/// By what stays the same over restarts and renumbering: NVIDIA's UUID (`GPU-…`, `MIG-…`), else the
/// PCI address (`0000:03:00.0`).
package struct GPUID: Sendable, Hashable {
  package var text: SafeText

  package init(_ text: SafeText) { self.text = text }
}

/// What does not change while a device is there.
package struct GPUIdentity: Sendable, Equatable {
  package enum Vendor: String, Sendable { case nvidia, amd, intel }

  package var id: GPUID
  /// Its number in the order of the driver's own tools (`nvidia-smi`, `/sys/class/drm/cardN`).
  package var index: Int
  package var vendor: Vendor
  /// As the driver calls it: `NVIDIA H100 80GB HBM3`.
  package var name: SafeText
  /// `0000:03:00.0`; nil where it is not said.
  package var address: SafeText?
  /// The NUMA node that it is connected to; nil where there is one only or it is not said.
  package var node: Int?
  /// The device that this is an instance of; nil for a whole device.
  package var parent: GPUID?
  /// It is split into instances, which are devices of their own in the list; its own processes and
  /// utilisation are not to be had then.
  package var isSplit = false
  /// It plays a script: nothing of it is real.
  package var isSimulated = false

  package init(id: GPUID, index: Int, vendor: Vendor, name: SafeText) {
    self.id = id
    self.index = index
    self.vendor = vendor
    self.name = name
  }
}

extension GPUIdentity {
  /// Whether somebody means this device by `name`: its number, or its identity or the beginning of
  /// that, as CUDA_VISIBLE_DEVICES has them.
  package func isCalled(_ name: SafeText) -> Bool {
    if name.string == "\(index)", parent == nil { return true }
    return name.string.utf8.count >= 8 && id.text.string.hasPrefix(name.string)
  }
}

/// Whether a device answers.
package enum GPUCondition: Sendable, Equatable {
  case answering
  /// Its driver has not answered since then; it is asked again more and more rarely.
  case silent(since: Instant)
  /// It has fallen off the bus: nothing but a reset or a restart brings it back.
  case lost
  /// We may not read it.
  case refused
}

/// Raw counters and gauges of one device at one instant.
package struct GPUReading: Sendable, Equatable {
  package var identity: GPUIdentity
  package var condition = GPUCondition.answering
  /// When these values were read.
  package var time: Instant

  /// The part of the driver's last sample period (1/6 … 1 s) in which at least one kernel ran. It says
  /// nothing of how much of the device that used.
  package var busy: Measure<Share> = .unsupported
  /// The same of each period since the last reading, oldest first: gaps between two readings.
  package var busySamples: [GPUBusySample] = []
  /// Part of the last period in which its memory was read or written.
  package var memoryBusy: Measure<Share> = .unsupported
  /// Nanoseconds in which its engines were busy, a counter (DRM fdinfo, summed over clients).
  package var engineTime: Measure<UInt64> = .unsupported

  package var memory: Measure<Bytes> = .unsupported
  /// Held by processes.
  package var memoryUsed: Measure<Bytes> = .unsupported
  /// Held back by the driver: neither used nor to be had.
  package var memoryReserved: Measure<Bytes> = .unsupported

  package var power: Measure<Watts> = .unsupported
  package var powerLimit: Measure<Watts> = .unsupported
  /// What the limit may be set to, and what it is without us.
  package var powerLimitRange: Measure<ClosedRange<Watts>> = .unsupported
  package var powerLimitDefault: Measure<Watts> = .unsupported
  /// Millijoules since the driver was loaded, a counter.
  package var energy: Measure<UInt64> = .unsupported

  /// MHz of the compute engines and of the memory, and the most they can have.
  package var clock: Measure<Int> = .unsupported
  package var clockMost: Measure<Int> = .unsupported
  package var memoryClock: Measure<Int> = .unsupported
  /// °C, and from where on its clocks are slowed down.
  package var temperature: Measure<Int> = .unsupported
  package var slowdownTemperature: Measure<Int> = .unsupported
  /// What holds its clocks back now.
  package var throttles: Measure<GPUThrottles> = .unsupported
  /// For how long each has held them back, nanoseconds, counters.
  package var throttleTimes: Measure<GPUThrottleTimes> = .unsupported

  /// What its units really did (GPM, Hopper and later).
  package var activity: Measure<GPUActivity> = .unsupported
  /// Bytes per second over PCIe, asked for only while they are shown: each takes 20 ms.
  package var received: Measure<ByteRate> = .unsupported
  package var sent: Measure<ByteRate> = .unsupported
  /// Memory rows that were replaced because they had failed; `pending` until the next reset.
  package var remappedRows: Measure<GPURemappedRows> = .unsupported
  /// The newest error that the driver reported since loadline began (its XID number).
  package var lastError: GPUError?

  /// Who holds contexts on it, as far as that may be seen.
  package var processes: Measure<[GPUProcess]> = .unsupported

  package init(identity: GPUIdentity, time: Instant) {
    self.identity = identity
    self.time = time
  }
}

/// One of the driver's own samples of utilisation.
package struct GPUBusySample: Sendable, Equatable {
  /// Microseconds of the driver's clock.
  package var time: UInt64
  package var busy: Share

  package init(time: UInt64, busy: Share) {
    self.time = time
    self.busy = busy
  }
}

/// A process that holds a context.
package struct GPUProcess: Sendable, Equatable {
  package var pid: Int32
  /// nil where the driver does not tell (containers, permissions, unified memory).
  package var memory: Bytes?
  /// Its part of the SM time since the last reading; never more than 1.
  package var share: Measure<Share> = .unsupported
  /// Whether this pid is a process that we can see: one that has ended can still hold memory, and in
  /// a container the driver may tell pids of the host.
  package var isHere = true

  package init(pid: Int32, memory: Bytes?) {
    self.pid = pid
    self.memory = memory
  }
}

/// What holds clocks back; idleness and what the operator set (application clocks, display) are none.
package struct GPUThrottles: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The power limit.
  package static let power = GPUThrottles(rawValue: 1)
  /// Temperature, by the driver or by the hardware.
  package static let thermal = GPUThrottles(rawValue: 2)
  /// The hardware's brake: external power.
  package static let brake = GPUThrottles(rawValue: 4)
}

/// Nanoseconds for which each has held clocks back.
package struct GPUThrottleTimes: Sendable, Equatable {
  /// nil where that one is not counted.
  package var power: UInt64?
  package var thermal: UInt64?
  package var brake: UInt64?

  package init(power: UInt64?, thermal: UInt64?, brake: UInt64?) {
    self.power = power
    self.thermal = thermal
    self.brake = brake
  }
}

/// What the units of a device did over the last interval.
package struct GPUActivity: Sendable, Equatable {
  /// The mean part of its multiprocessors that had a warp, of its warp slots that were taken, of the
  /// time in which tensor cores were used, of the memory's bandwidth.
  package var multiprocessors: Share
  package var occupancy: Share?
  package var tensor: Share?
  package var memory: Share?

  package init(multiprocessors: Share) { self.multiprocessors = multiprocessors }
}

package struct GPURemappedRows: Sendable, Equatable {
  package var correctable: Int
  package var uncorrectable: Int
  package var isPending: Bool
  package var hasFailed: Bool

  package init(correctable: Int, uncorrectable: Int, isPending: Bool, hasFailed: Bool) {
    self.correctable = correctable
    self.uncorrectable = uncorrectable
    self.isPending = isPending
    self.hasFailed = hasFailed
  }
}

package struct GPUError: Sendable, Equatable {
  package var number: UInt64
  package var time: Instant

  package init(number: UInt64, time: Instant) {
    self.number = number
    self.time = time
  }
}

/// All devices of the box at one instant.
package struct GPUSample: Sendable, Equatable {
  package var time: Instant
  /// In the order of the driver's own tools, instances behind the device that they are a part of.
  package var devices: [GPUReading]
  /// Why there is nothing from a driver that is installed, in words; nil where nothing is wrong.
  package var problem: SafeText?
  /// `NVIDIA 570.86.15`.
  package var driver: SafeText?
  /// loadline runs in a container and the driver tells pids of the host: whose they are cannot be
  /// known here.
  package var hasForeignPids = false

  package init(time: Instant, devices: [GPUReading] = []) {
    self.time = time
    self.devices = devices
  }

  /// The processes that hold contexts on any of them.
  package var holders: [Int32] {
    devices.flatMap { ($0.processes.value ?? []).map(\.pid) }
  }
}
