package import Model

/// Typed texts and steps: how a person changes a knob's value.
extension KnobValue {
  /// Reads what was typed for a knob.
  ///
  /// `max` is no limit. A number alone is cores, GiB or MB/s, as the screen's titles say.
  package init(typed text: String, for knob: Knob) throws(Mismatch) {
    func limit<Amount>(_ parse: (String) throws(Mismatch) -> Amount) throws(Mismatch) -> Limit<
      Amount
    > {
      text == "max" ? .unlimited : .at(try parse(text))
    }
    func bytes(_ text: String) throws(Mismatch) -> Bytes {
      try Bytes(parsing: Self.withUnit(text, "GiB"))
    }
    func rate(_ text: String) throws(Mismatch) -> ByteRate {
      try ByteRate(parsing: Self.withUnit(text, "MB/s"))
    }
    switch knob {
    case .cores:
      self = .cores(
        try limit { (text) throws(Mismatch) in
          let cores = try Cores(parsing: text)
          if cores.value < 0.01 {
            throw Mismatch(expected: "at least 0.01 cores", found: "less")
          }
          return cores
        })
    case .memory: self = .memory(try limit(bytes))
    case .memoryHigh: self = .memoryHigh(try limit(bytes))
    case .read: self = .read(try limit(rate))
    case .write: self = .write(try limit(rate))
    case .weight: self = .weight(try Self.whole(text, in: 1...10_000))
    case .pids:
      self = .pids(
        try limit { (text) throws(Mismatch) in try Self.whole(text, in: 1...4_194_304) })
    case .nice: self = .nice(try Self.whole(text, in: -20...19))
    case .cpus:
      guard let cpus = CPUSet(parsing: text), !cpus.isEmpty else {
        throw Mismatch(expected: #"CPUs such as "0-3,8""#, found: "something else")
      }
      self = .cpus(cpus)
    case .burst, .frozen, .ioPriority:
      throw Mismatch(expected: "+ or -", found: "a typed value")
    }
  }

  private static func withUnit(_ text: String, _ unit: String) -> String {
    text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
      ? text + unit : text
  }

  private static func whole(
    _ text: String, in range: ClosedRange<Int>
  ) throws(Mismatch) -> Int {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let number = Int(text) else {
      throw Mismatch(expected: expected, found: "something else")
    }
    guard range.contains(number) else { throw Mismatch(expected: expected, found: "another") }
    return number
  }

  /// The next value up or down, as far as the box has room for it.
  ///
  /// From no limit the first step down goes just above what the job uses.
  func stepped(up: Bool, in box: BoxMoment, job: JobMoment) -> KnobValue {
    switch self {
    case .cores(let limit):
      .cores(Self.stepped(limit, up, Steps.cores(of: box), use: job.cpu.demand ?? job.cpu.used))
    case .memory(let limit):
      .memory(Self.stepped(limit, up, Steps.memory(of: box), use: job.memory.used))
    case .memoryHigh(let limit):
      .memoryHigh(Self.stepped(limit, up, Steps.memory(of: box), use: job.memory.used))
    case .read(let limit): .read(Self.stepped(limit, up, Steps.rates, use: job.io.read))
    case .write(let limit): .write(Self.stepped(limit, up, Steps.rates, use: job.io.written))
    case .pids(let limit): .pids(Self.stepped(limit, up, Steps.tasks, use: job.threads))
    case .weight(let weight): .weight(Steps.weights.next(weight, up: up) ?? weight)
    case .nice(let nice): .nice(min(19, max(-20, nice + (up ? 1 : -1))))
    case .ioPriority(let priority): .ioPriority(priority.stepped(up: up))
    case .frozen: .frozen(!up)
    case .burst, .cpus: self
    }
  }

  private static func stepped<Amount>(
    _ limit: Limit<Amount>, _ up: Bool, _ steps: Steps<Amount>, use: Amount?
  ) -> Limit<Amount> {
    switch limit {
    case .unlimited:
      guard !up else { return .unlimited }
      return .at(use.flatMap { steps.next($0, up: true) } ?? steps.last)
    case .at(let amount): return .at(steps.next(amount, up: up) ?? amount)
    }
  }
}

/// The values that + and - go through.
struct Steps<Amount: Comparable> {
  let last: Amount
  private let neighbour: (Amount, Bool) -> Amount?

  func next(_ amount: Amount, up: Bool) -> Amount? { neighbour(amount, up) }

  init(_ values: [Amount], last: Amount) {
    self.last = last
    neighbour = { amount, up in
      up ? values.first { $0 > amount } : values.last { $0 < amount }
    }
  }

  init(last: Amount, neighbour: @escaping (Amount, Bool) -> Amount?) {
    self.last = last
    self.neighbour = neighbour
  }
}

extension Steps<Cores> {
  /// Whole cores, halves on a small box, and less than one step by halving.
  static func cores(of box: BoxMoment) -> Steps {
    let step = coreStep(of: box)
    let most = max(box.cores.value, step)
    return Steps(last: Cores(most)) { cores, up in
      guard let count = counted(cores.value, step, up) else { return nil }
      if count > 0 { return Cores(min(count, max(most, cores.value))) }
      return cores.value > 0.1 ? Cores(cores.value / 2) : nil
    }
  }

  static func coreStep(of box: BoxMoment) -> Double { box.cores.value < 16 ? 0.5 : 1 }
}

extension Steps<Bytes> {
  /// A power of two that makes about a hundred steps of the box.
  static func memory(of box: BoxMoment) -> Steps {
    let step = memoryStep(of: box)
    let most = max(box.memory, Bytes(step))
    return Steps(last: most) { bytes, up in
      guard let count = counted(Double(bytes.count), Double(step), up) else { return nil }
      if count > 0 { return min(Bytes(Int64(count)), max(most, bytes)) }
      return bytes.count > 1 << 20 ? Bytes(bytes.count / 2) : nil
    }
  }

  static func memoryStep(of box: BoxMoment) -> Int64 {
    var step: Int64 = 64 << 20
    while step * 2 <= box.memory.count / 100 { step *= 2 }
    return step
  }
}

extension Steps<ByteRate> {
  static var rates: Steps {
    var values: [ByteRate] = []
    var decade = 1e6
    while decade < 1e11 {
      values += [ByteRate(decade), ByteRate(2 * decade), ByteRate(5 * decade)]
      decade *= 10
    }
    return Steps(values, last: ByteRate(1e9))
  }
}

extension Steps<Int> {
  static var weights: Steps {
    Steps([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000], last: 100)
  }
  static var tasks: Steps {
    Steps((4...22).map { 1 << $0 }, last: 1 << 12)
  }
}

/// The multiple of `step` above or below an amount; nil where it is not finite.
private func counted(_ amount: Double, _ step: Double, _ up: Bool) -> Double? {
  guard amount.isFinite, step > 0 else { return nil }
  let steps = amount / step
  // A hair beside a multiple is that multiple.
  return (up ? (steps + 1e-9).rounded(.down) + 1 : (steps - 1e-9).rounded(.up) - 1) * step
}

extension IOPriority {
  fileprivate func stepped(up: Bool) -> IOPriority {
    let order: [IOPriority] = [.idle] + (0...7).reversed().map { .bestEffort($0) }
    let index = order.firstIndex(of: self) ?? 4
    return order[min(order.count - 1, max(0, index + (up ? 1 : -1)))]
  }
}
