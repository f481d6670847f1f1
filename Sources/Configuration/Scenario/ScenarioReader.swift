package import Model

/// Reads a scenario of simulated GPUs that was asked for on the command line.
///
/// - Throws: everything that is wrong in it.
package func loadScenario(
  _ path: String, trust: FileTrust = .current
) throws(ConfigurationError) -> (scenario: GPUScenario, warnings: [ConfigurationProblem]) {
  let (scenario, problems) = readScenario(at: path, trust: trust)
  guard let scenario else { throw ConfigurationError(problems) }
  return (scenario, problems)
}

/// The scenario in a file, and everything that is wrong or odd in it; nil where something is wrong.
func readScenario(
  at path: String, trust: FileTrust
) -> (scenario: GPUScenario?, problems: [ConfigurationProblem]) {
  let problems = ProblemList(file: path)
  guard let root = readDocument(at: path, mustExist: true, trust: trust, problems: problems) else {
    return (nil, problems.sorted)
  }
  root.warnOfKeys(besides: ["device"])
  let tables = root.tables("device")
  if tables.isEmpty, !problems.hasErrors {
    problems.add("expected at least one [[device]], found none")
  }
  if tables.count > mostDevices {
    root.report("device", "expected at most \(mostDevices) devices, found \(tables.count)")
  }
  let devices = tables.prefix(mostDevices).compactMap(readDevice)
  return (problems.hasErrors ? nil : GPUScenario(devices: devices), problems.sorted)
}

private let mostDevices = 64
private let mostSegments = 1000

/// nil only where a problem was reported.
private func readDevice(_ table: TableReader) -> GPUScenario.Device? {
  table.warnOfKeys(besides: ["name", "memory", "power_limit", "node", "segment"])
  let name = readName(table)
  let memory = readMemory(table, "memory", isRequired: true)
  let limit = readNumber(table, "power_limit", "watts from 1 to 9999, such as 700", 1...9999)
  let expected = "the number of a NUMA node, from 0 to 1023"
  let node = table.value("node", expected: expected) { (node) throws(Mismatch) -> Int? in
    guard let number = node.integer else { return nil }
    guard (0...1023).contains(number) else {
      throw Mismatch(expected: expected, found: "a number outside of that")
    }
    return number
  }
  let tables = table.tables("segment")
  if tables.isEmpty, !table.has("segment") {
    table.report(nil, "expected at least one [[device.segment]], found none")
  }
  if tables.count > mostSegments {
    table.report("segment", "expected at most \(mostSegments) segments, found \(tables.count)")
  }
  let segments = tables.prefix(mostSegments).compactMap { readSegment($0, of: memory) }
  guard let name, let memory, let limit else { return nil }
  return GPUScenario.Device(
    name: name, memory: memory, powerLimit: Watts(limit), node: node, segments: segments)
}

private func readSegment(_ table: TableReader, of whole: Bytes?) -> GPUScenario.Segment? {
  table.warnOfKeys(besides: ["seconds", "busy", "memory", "power", "holder"])
  // A shorter round would be over before a driver's sample period is.
  let seconds = readNumber(table, "seconds", "seconds from 0.1 to 86400", 0.1...86_400)
  let busy = readNumber(table, "busy", "a share from 0 to 1", 0...1)
  let power = readNumber(table, "power", "watts from 0 to 9999", 0...9999)
  let memory = readMemory(table, "memory", isRequired: false) ?? .zero
  if let whole, memory > whole {
    table.report("memory", "is more than the device has; expected at most the device's memory")
  }
  let expected = "the name of a job"
  let holder = table.value("holder", expected: expected) { (node) throws(Mismatch) -> SafeText? in
    guard let text = node.text else { return nil }
    if text.isEmpty { throw Mismatch(expected: expected, found: "an empty text") }
    return SafeText(text)
  }
  guard let seconds, let busy, let power else { return nil }
  return GPUScenario.Segment(
    seconds: seconds, busy: Share(busy), memory: memory, power: Watts(power), holder: holder)
}

private func readName(_ table: TableReader) -> SafeText? {
  let expected = "the name of a device in at most 64 characters"
  guard table.has("name") else {
    table.report(nil, "expected a name, found none")
    return nil
  }
  return table.value("name", expected: expected) { (node) throws(Mismatch) -> SafeText? in
    guard let text = node.text else { return nil }
    guard !text.isEmpty, text.unicodeScalars.count <= 64 else {
      throw Mismatch(expected: expected, found: "an empty or a longer one")
    }
    return SafeText(text)
  }
}

private func readMemory(_ table: TableReader, _ key: String, isRequired: Bool) -> Bytes? {
  let expected = #"a size such as "80GiB""#
  guard table.has(key) else {
    if isRequired { table.report(nil, "expected a \(key), found none") }
    return nil
  }
  return table.value(key, expected: expected) { (node) throws(Mismatch) -> Bytes? in
    if let text = node.text { return try Bytes(parsing: text) }
    guard let count = node.integer else { return nil }
    if count < 0 { throw Mismatch(expected: expected, found: "a negative number") }
    return Bytes(Int64(count))
  }
}

private func readNumber(
  _ table: TableReader, _ key: String, _ expected: String, _ range: ClosedRange<Double>
) -> Double? {
  guard table.has(key) else {
    table.report(nil, "expected a \(key), found none")
    return nil
  }
  return table.value(key, expected: expected) { (node) throws(Mismatch) -> Double? in
    guard let number = node.number else { return nil }
    guard range.contains(number) else {
      throw Mismatch(expected: expected, found: "a number outside of that")
    }
    return number
  }
}
