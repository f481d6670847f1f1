import Model

/// Rates from two readings of counters that only grow.
///
/// A counter that went back, or that one of the readings lacks, gives no rate for that interval.
enum Rates {
  static func perSecond(_ now: UInt64?, _ before: UInt64?, _ seconds: Double) -> Double? {
    guard let now, let before, now >= before, seconds > 0 else { return nil }
    return Double(now - before) / seconds
  }

  /// Nanoseconds of CPU time → cores.
  static func cores(_ now: UInt64?, _ before: UInt64?, _ seconds: Double) -> Cores? {
    perSecond(now, before, seconds).map { Cores($0 / 1e9) }
  }

  /// Nanoseconds of each CPU → the busy part of the interval, held at 1: the kernel counts in ticks.
  static func loads(_ now: [UInt64?], _ before: [UInt64?], _ seconds: Double) -> [Share?] {
    now.indices.map { cpu in
      cores(now[cpu], cpu < before.count ? before[cpu] : nil, seconds).map {
        Share(min(1, $0.value))
      }
    }
  }

  static func io(_ now: IOReading, _ before: IOReading, _ seconds: Double) -> IOMoment {
    var io = IOMoment()
    io.read = perSecond(now.read, before.read, seconds).map { ByteRate($0) }
    io.written = perSecond(now.written, before.written, seconds).map { ByteRate($0) }
    return io
  }

  /// PSI totals in microseconds → shares of the interval, held at 1: the kernel updates them in
  /// steps, which can put a little more than an interval into one.
  static func pressure(
    _ now: PressureReading, _ before: PressureReading, _ seconds: Double
  ) -> PressureMoment {
    func share(_ part: KeyPath<PressureReading, UInt64?>) -> Share? {
      perSecond(now[keyPath: part], before[keyPath: part], seconds).map { Share(min(1, $0 / 1e6)) }
    }
    var pressure = PressureMoment()
    pressure.cpuSome = share(\.cpuSome)
    pressure.cpuFull = share(\.cpuFull)
    pressure.memorySome = share(\.memorySome)
    pressure.memoryFull = share(\.memoryFull)
    pressure.ioSome = share(\.ioSome)
    pressure.ioFull = share(\.ioFull)
    return pressure
  }

  /// Memory that cannot be reclaimed: anonymous + shared + kernel, and what is locked beyond those;
  /// never more than is charged. A command tree's is its proportional set size.
  static func memory(_ reading: MemoryReading, at now: Instant) -> MemoryMoment {
    var memory = MemoryMoment()
    memory.charged = reading.charged
    memory.anonymous = reading.anonymous
    memory.shared = reading.shared
    memory.file = reading.file
    memory.kernel = reading.kernel
    memory.peak = reading.peak
    memory.oomKills = reading.oomKills
    memory.isEstimate = reading.isEstimate
    memory.age = reading.readAt.map { now.seconds(since: $0) }
    if let proportional = reading.proportional {
      memory.used = proportional
      // Carried on, only the sum means something: of which kind the change was nobody knows.
      if reading.isEstimate {
        memory.anonymous = nil
        memory.shared = nil
      }
    } else if let anonymous = reading.anonymous {
      let pages = anonymous + (reading.shared ?? .zero)
      let locked = ((reading.unevictable ?? .zero) - pages).orZero
      let hard = pages + locked + (reading.kernel ?? .zero)
      memory.used = reading.charged.map { min(hard, $0) } ?? hard
    }
    return memory
  }
}
