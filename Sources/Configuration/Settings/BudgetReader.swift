import Model

/// Reads `[job.budget]`.
func readBudget(_ table: TableReader) -> Budget {
  table.warnOfKeys(besides: ["cores", "memory", "io_read", "io_write", "gpus", "money", "time"])
  return Budget(
    cores: readCores(table), memory: readMemory(table), read: readRate(table, "io_read"),
    write: readRate(table, "io_write"), gpus: readGPUs(table), money: readMoney(table),
    seconds: readTime(table))
}

/// Reads `[job.floor]`.
func readFloor(_ table: TableReader) -> Floor {
  table.warnOfKeys(besides: ["cores", "memory"])
  return Floor(cores: readCores(table), memory: readMemory(table))
}

/// Reports a floor that is above the budget.
func check(_ floor: Floor, against budget: Budget, in table: TableReader) {
  let message = "is above the budget; expected at most what the budget grants"
  if let least = floor.cores, let most = budget.cores, least > most {
    table.report("cores", message)
  }
  if let least = floor.memory, let most = budget.memory, least > most {
    table.report("memory", message)
  }
}

private func readCores(_ table: TableReader) -> Cores? {
  table.amount("cores", expected: "a number of cores such as 4 or 2.5") { $0.number }
    .map(Cores.init)
}

private func readMemory(_ table: TableReader) -> Bytes? {
  table.amount("memory", expected: #"a size such as "16GiB""#) { (node) throws(Mismatch) in
    if let text = node.text { return try Bytes(parsing: text).count }
    return node.integer.map(Int64.init)
  }.map(Bytes.init)
}

private func readRate(_ table: TableReader, _ key: String) -> ByteRate? {
  table.amount(key, expected: #"a rate such as "500MB/s""#) { (node) throws(Mismatch) in
    if let text = node.text { return try ByteRate(parsing: text).perSecond }
    return node.integer.map(Double.init)
  }.map(ByteRate.init)
}

private func readMoney(_ table: TableReader) -> Money? {
  let expected = #"an amount of money such as 120 or "120.50""#
  return table.amount("money", expected: expected) { (node) throws(Mismatch) in
    if let text = node.text { return try Money(parsing: text).micros }
    guard let number = node.number else { return nil }
    let micros = (number * 1e6).rounded()
    // 2⁵³ millionths: up to here a number with a point holds six decimals exactly.
    guard number >= 0, micros < 0x1p53, micros / 1e6 == number else {
      throw Mismatch(expected: expected, found: "a number with more than six decimals or too large")
    }
    return Int64(micros)
  }.map(Money.init)
}

private func readTime(_ table: TableReader) -> Double? {
  table.amount("time", expected: #"a time such as "36h""#) { (node) throws(Mismatch) in
    if let text = node.text { return try seconds(parsing: text) }
    return node.number
  }
}

private func readGPUs(_ table: TableReader) -> [SafeText]? {
  guard table.has("gpus") else { return nil }
  let each = "an index or the UUID of a GPU"
  let gpus = table.elements("gpus", expected: "a list of GPUs such as [0, 1]", each: each) {
    (node) throws(Mismatch) in
    if node.text == "" { throw Mismatch(expected: each, found: "an empty text") }
    if let index = node.integer, index < 0 {
      throw Mismatch(expected: each, found: "a negative number")
    }
    return node.text ?? node.integer.map(String.init)
  }
  return gpus.map { SafeText($0.value) }
}

extension TableReader {
  /// Reads a value that must be more than zero and finite.
  fileprivate func amount<Value: Comparable & Numeric>(
    _ key: String, expected: String, _ convert: Conversion<Value>
  ) -> Value? {
    value(key, expected: expected) { (node) throws(Mismatch) in
      guard let amount = try convert(node) else { return nil }
      if let real = amount as? Double, !real.isFinite {
        throw Mismatch(expected: expected, found: "a number without end")
      }
      if amount == 0 { throw Mismatch(expected: expected, found: "zero") }
      guard amount > 0 else { throw Mismatch(expected: expected, found: "a negative number") }
      return amount
    }
  }
}
