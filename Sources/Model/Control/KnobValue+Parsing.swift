/// What a person asked of a knob: `cores=6`, `memory=-1GiB`.
package enum KnobWish: Sendable, Hashable {
  case to(KnobValue)
  /// So much more, or less, than it has.
  case more(KnobValue)
  case less(KnobValue)

  package var knob: Knob {
    switch self {
    case .to(let value), .more(let value), .less(let value): value.knob
    }
  }
}

/// A wish that cannot be understood, as one sentence that names the knob and what was expected.
package struct KnobMistake: Error, Sendable, Hashable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}

extension Knob {
  /// Reads its word.
  package init(parsing word: String) throws(KnobMistake) {
    guard let knob = Knob(rawValue: word) else {
      let known = Knob.allCases.map(\.rawValue)
      let all = "known are \(known.joined(separator: ", "))."
      // A word of any length with any bytes in it is not repeated.
      let name = word.utf8.count <= 32 ? "\"\(SafeText(word))\"" : "That"
      if let meant = nearest(to: word, among: known) {
        throw KnobMistake("\(name) is no knob; did you mean \"\(meant)\"? Others \(all)")
      }
      throw KnobMistake("\(name) is no knob; \(all)")
    }
    self = knob
  }

  /// A value of it as it may be written, for an error or a prompt.
  package var expectation: String {
    switch self {
    case .cores: #"a number of cores such as "2.5", or "max""#
    case .cpus: #"a list of CPUs such as "0-5,8", or "all""#
    case .weight: #"a whole number from 1 to 10000; 100 is ordinary"#
    case .burst: #"CPU time a period such as "50ms", or "0""#
    case .memory, .memoryHigh: #"a size such as "24GiB", or "max""#
    case .read, .write: #"a rate such as "500MB/s", or "max""#
    case .pids: #"a whole number of tasks, or "max""#
    case .frozen: #""yes" or "no""#
    case .nice: "a whole number from -20 to 19"
    case .ioPriority: #""idle", "best-effort:0" to "best-effort:7", or "none""#
    case .power: #"a power such as "300W""#
    }
  }

  /// Whether `+` and `-` in front of an amount mean more and less.
  fileprivate var isRelative: Bool {
    switch self {
    case .cores, .weight, .memory, .memoryHigh, .read, .write, .pids, .power: true
    case .cpus, .burst, .frozen, .nice, .ioPriority: false
    }
  }

  /// Whether an amount is a number of bytes, hardly ever written without a unit.
  fileprivate var hasUnit: Bool {
    switch self {
    case .memory, .memoryHigh, .read, .write: true
    case .cores, .cpus, .weight, .burst, .pids, .frozen, .nice, .ioPriority, .power: false
    }
  }
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

extension KnobWish {
  /// Reads `cores=6`, `cores=+2`, `memory=-1GiB`.
  package init(parsing text: String) throws(KnobMistake) {
    guard let equals = text.firstIndex(of: "=") else {
      throw KnobMistake("A change is a knob, \"=\" and a value, such as cores=6 or memory=-1GiB.")
    }
    let knob = try Knob(parsing: String(text[..<equals]))
    try self.init(parsing: String(text[text.index(after: equals)...]), for: knob)
  }

  /// Reads what stands behind the `=`.
  package init(parsing text: String, for knob: Knob) throws(KnobMistake) {
    let sign = text.utf8.first
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), knob != .nice else {
      self = .to(try KnobValue(parsing: text, for: knob))
      return
    }
    guard knob.isRelative else {
      throw KnobMistake("\(knob.rawValue) takes no + or -; expected \(knob.expectation).")
    }
    // Somebody who means a byte less writes 1B; what is meant here is a size below nothing.
    if sign == UInt8(ascii: "-"), knob.hasUnit, text.utf8.dropFirst().allSatisfy(isDigit) {
      throw KnobMistake(
        "\(knob.rawValue): an amount is not negative; so much less takes a unit, such as \(knob.rawValue)=-1MiB."
      )
    }
    let amount = try KnobValue(parsing: String(text.dropFirst()), for: knob)
    guard amount.quantity != nil else {
      throw KnobMistake("\(knob.rawValue) cannot be changed by \"max\"; give an amount.")
    }
    self = sign == UInt8(ascii: "+") ? .more(amount) : .less(amount)
  }

  /// The value that is meant where the knob is now `current`.
  package func value(from current: KnobValue?) throws(KnobMistake) -> KnobValue {
    let sign: Double
    let amount: KnobValue
    switch self {
    case .to(let value): return value
    case .more(let more): (sign, amount) = (1, more)
    case .less(let less): (sign, amount) = (-1, less)
    }
    let word = knob.rawValue
    guard let current else {
      throw KnobMistake("What \(word) is now cannot be read; give \(knob.expectation).")
    }
    guard let now = current.quantity, let change = amount.quantity else {
      throw KnobMistake("\(word) has no limit now to start from; give \(knob.expectation).")
    }
    let value = now + sign * change
    guard value > 0 else {
      throw KnobMistake(
        "\(word) is \(current.text) now: \(amount.text) less would leave nothing.")
    }
    return current.with(quantity: value)
  }
}

extension KnobValue {
  /// Reads a value as it is written on the command line; the error is a sentence that names the knob.
  package init(parsing text: String, for knob: Knob) throws(KnobMistake) {
    do throws(Mismatch) {
      self = try Self.parse(text, knob)
    } catch {
      let point = text.replacing(",", with: ".", maxReplacements: 1)
      if knob != .cpus, point != text, text.utf8.count <= 32, (try? Self.parse(point, knob)) != nil
      {
        throw KnobMistake("\(knob.rawValue): found a comma; write \(point).")
      }
      throw KnobMistake("\(knob.rawValue): expected \(knob.expectation); found \(error.found).")
    }
  }

  private static func parse(_ text: String, _ knob: Knob) throws(Mismatch) -> KnobValue {
    switch knob {
    case .cores:
      .cores(try limit(text) { text throws(Mismatch) in try Cores(parsing: text) })
    case .cpus: .cpus(try parseCPUs(text))
    case .weight: .weight(try parseWhole(text))
    case .burst: .burst(try parseSeconds(text))
    case .memoryHigh:
      .memoryHigh(try limit(text) { text throws(Mismatch) in try Bytes(parsing: text) })
    case .memory:
      .memory(try limit(text) { text throws(Mismatch) in try Bytes(parsing: text) })
    case .read: .read(try limit(text) { text throws(Mismatch) in try ByteRate(parsing: text) })
    case .write: .write(try limit(text) { text throws(Mismatch) in try ByteRate(parsing: text) })
    case .pids: .pids(try limit(text) { text throws(Mismatch) in try parseWhole(text) })
    case .frozen: .frozen(try parseYesOrNo(text))
    case .nice: .nice(try parseNice(text))
    case .ioPriority: .ioPriority(try parsePriority(text))
    case .power: .power(try parseWatts(text))
    }
  }

  private static func limit<Amount>(
    _ text: String, _ parse: (String) throws(Mismatch) -> Amount
  ) throws(Mismatch) -> Limit<Amount> {
    text == "max" ? .unlimited : .at(try parse(text))
  }

  private static func parseCPUs(_ text: String) throws(Mismatch) -> CPUSet {
    if text == "all" { return CPUSet() }
    guard let cpus = CPUSet(parsing: text) else { throw other }
    // The empty text would be all of them.
    if cpus.isEmpty { throw Mismatch(expected: "", found: "an empty text") }
    return cpus
  }

  private static func parseWhole(_ text: String) throws(Mismatch) -> Int {
    guard text.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) ?? false, let number = Int(text) else {
      throw other
    }
    return number
  }

  private static func parseNice(_ text: String) throws(Mismatch) -> Int {
    guard let number = Int(text) else { throw other }
    return number
  }

  private static func parseSeconds(_ text: String) throws(Mismatch) -> Double {
    let unit = text.hasSuffix("ms") ? 2 : text.hasSuffix("s") ? 1 : 0
    // A number of seconds is written like one of cores.
    guard let number = try? Cores(parsing: String(text.dropLast(unit))) else { throw other }
    return unit == 2 ? number.value / 1000 : number.value
  }

  private static func parseWatts(_ text: String) throws(Mismatch) -> Watts {
    let unit = text.hasSuffix(" W") ? 2 : text.hasSuffix("W") ? 1 : 0
    // A number of watts is written like one of cores; 100 kW are more than any device takes.
    guard let number = try? Cores(parsing: String(text.dropLast(unit))), number.value < 1e5 else {
      throw other
    }
    return Watts(number.value)
  }

  private static func parseYesOrNo(_ text: String) throws(Mismatch) -> Bool {
    switch text {
    case "yes": true
    case "no": false
    default: throw other
    }
  }

  private static func parsePriority(_ text: String) throws(Mismatch) -> IOPriority {
    if text == "none" { return .none }
    if text == "idle" { return .idle }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let level = Int(parts[1]), (0...7).contains(level) else { throw other }
    switch parts[0] {
    case "best-effort": return .bestEffort(level)
    case "real-time": return .realTime(level)
    default: throw other
    }
  }

  private static var other: Mismatch { Mismatch(expected: "", found: "something else") }
}

extension KnobValue {
  /// The amount in the knob's own unit (cores, bytes, bytes a second, tasks, weight, core-seconds, watts);
  /// nil for no limit and for what is no amount.
  package var quantity: Double? {
    switch self {
    case .cores(let limit): limit.amount?.value
    case .memory(let limit), .memoryHigh(let limit): limit.amount.map { Double($0.count) }
    case .read(let limit), .write(let limit): limit.amount?.perSecond
    case .pids(let limit): limit.amount.map { Double($0) }
    case .weight(let weight): Double(weight)
    case .burst(let seconds): seconds
    case .power(let watts): watts.value
    case .cpus, .frozen, .nice, .ioPriority: nil
    }
  }

  /// The same knob at another amount; itself where it is no amount.
  ///
  /// Cores are rounded to the hundredth, which is what a quota can be told, watts to the thousandth, and
  /// everything that is counted to a whole number.
  package func with(quantity: Double) -> KnobValue {
    func whole(_ value: Double) -> Int64 { Int64(min(max(value.rounded(), -9e18), 9e18)) }
    switch self {
    case .cores: return .cores(.at(Cores((quantity * 100).rounded() / 100)))
    case .memory: return .memory(.at(Bytes(whole(quantity))))
    case .memoryHigh: return .memoryHigh(.at(Bytes(whole(quantity))))
    case .read: return .read(.at(ByteRate(quantity.rounded())))
    case .write: return .write(.at(ByteRate(quantity.rounded())))
    case .pids: return .pids(.at(Int(whole(quantity))))
    case .weight: return .weight(Int(whole(quantity)))
    case .burst: return .burst(quantity)
    case .power: return .power(Watts((quantity * 1000).rounded() / 1000))
    case .cpus, .frozen, .nice, .ioPriority: return self
    }
  }
}
