import Model

/// A line of a training log, by the forms that programs share.
///
/// - tqdm's bar: `45%|████▌  | 450/1000 [00:45<00:55, 9.95it/s, loss=0.123]` and `450it [00:45, …]`
///   (`tqdm.std.tqdm.format_meter`).
/// - Hugging Face's `Trainer`: `{'loss': 0.69, …, 'epoch': 0.5}`, `***** Running Evaluation *****`,
///   `Saving model checkpoint to …`.
/// - `step 120/1000 … loss 0.5` in its many spellings: `Step: 120`, `global_step=120`, `iter 120`,
///   `[120/1000]` only behind one of these words; `loss: 0.5`, `train_loss=0.5`.
enum LogReport {
  static func parse(_ line: [UInt8]) -> ProgressReport? {
    var report = ProgressReport()
    let text = LogText(line)
    if text.contains("Running Evaluation") { return ProgressReport(phase: .eval) }
    if text.contains("Saving model checkpoint") { return ProgressReport(phase: .checkpoint) }
    if let bar = text.bar() {
      (report.step, report.total) = bar
      report.phase = .train
    } else if let step = text.count(after: stepWords) {
      (report.step, report.total) = step
      report.phase = .train
    }
    report.loss = text.number(after: ["loss"])
    return report.step == nil && report.loss == nil ? nil : report
  }

  private static let stepWords: [StaticString] = ["step", "iteration", "iter"]
}

/// Looks for words and numbers in a line.
private struct LogText {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func contains(_ word: StaticString) -> Bool { first(word, from: 0, ignoringCase: false) != nil }

  /// tqdm's `n/total [` or `nit [`: the bracket with the elapsed time must follow.
  func bar() -> (UInt64?, UInt64?)? {
    for bracket in bytes.indices where bytes[bracket] == UInt8(ascii: "[") {
      guard bracket > 1, bytes[bracket - 1] == 0x20, isElapsed(from: bracket + 1) else { continue }
      var end = bracket - 1
      let second = digits(before: &end)
      if let second, end > 0, bytes[end - 1] == UInt8(ascii: "/") {
        end -= 1
        if let first = digits(before: &end) { return (first, second) }
      }
      end = bracket - 1
      if end > 2, bytes[end - 1] == UInt8(ascii: "t"), bytes[end - 2] == UInt8(ascii: "i") {
        end -= 2
        if let first = digits(before: &end) { return (first, nil) }
      }
    }
    return nil
  }

  /// `00:45` or `1:02:03`.
  private func isElapsed(from start: Int) -> Bool {
    var index = start
    var colons = 0
    while index < bytes.count, isDigit(index) || bytes[index] == UInt8(ascii: ":") {
      if bytes[index] == UInt8(ascii: ":") { colons += 1 }
      index += 1
    }
    return colons > 0 && index > start + 3
  }

  /// `word 120`, `word: 120/1000`, `word=[120/1000]`: the count and what it is of.
  func count(after words: [StaticString]) -> (UInt64?, UInt64?)? {
    for word in words {
      var from = 0
      while let found = first(word, from: from, ignoringCase: true) {
        from = found + word.utf8CodeUnitCount
        // `timesteps` and `steps` are other words; `global_step` is not.
        guard found == 0 || !isLetter(found - 1) else { continue }
        var index = skipSeparators(from)
        guard let step = digits(at: &index) else { continue }
        // 0.25 of a step is a duration or a rate.
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") { continue }
        var next = index
        while next < bytes.count, bytes[next] == 0x20 { next += 1 }
        if next < bytes.count, bytes[next] == UInt8(ascii: "/") {
          next += 1
          while next < bytes.count, bytes[next] == 0x20 { next += 1 }
          if let total = digits(at: &next) { return (step, total) }
        }
        return (step, nil)
      }
    }
    return nil
  }

  /// The number behind the first of these words, which may end another (`train_loss`).
  func number(after words: [StaticString]) -> Double? {
    for word in words {
      var from = 0
      while let found = first(word, from: from, ignoringCase: true) {
        from = found + word.utf8CodeUnitCount
        let start = skipSeparators(from)
        guard start > from else { continue }
        var end = start
        while end < bytes.count, isNumber(end) { end += 1 }
        if let number = Double(String(decoding: bytes[start..<end], as: UTF8.self)) {
          return number
        }
      }
    }
    return nil
  }

  // MARK: Bytes

  private func isDigit(_ index: Int) -> Bool { bytes[index] &- 0x30 <= 9 }

  private func isLetter(_ index: Int) -> Bool { (bytes[index] | 0x20) &- 0x61 < 26 }

  /// Digits, sign, point, exponent, and the letters of nan and inf.
  private func isNumber(_ index: Int) -> Bool {
    isDigit(index)
      || [0x2B, 0x2D, 0x2E, 0x45, 0x65, 0x6E, 0x4E, 0x61, 0x41, 0x69, 0x49, 0x66, 0x46]
        .contains(bytes[index])
  }

  /// Blanks, `:`, `=`, `#`, `[`, quotes and `|` stand between a name and its value.
  private func skipSeparators(_ start: Int) -> Int {
    var index = start
    while index < bytes.count, index < start + 8,
      [0x20, 0x09, 0x3A, 0x3D, 0x23, 0x5B, 0x27, 0x22, 0x7C].contains(bytes[index])
    {
      index += 1
    }
    return index
  }

  private func digits(at index: inout Int) -> UInt64? {
    let start = index
    while index < bytes.count, isDigit(index) { index += 1 }
    return UInt64(String(decoding: bytes[start..<index], as: UTF8.self))
  }

  private func digits(before end: inout Int) -> UInt64? {
    let last = end
    while end > 0, isDigit(end - 1) { end -= 1 }
    return UInt64(String(decoding: bytes[end..<last], as: UTF8.self))
  }

  private func first(_ word: StaticString, from: Int, ignoringCase: Bool) -> Int? {
    let count = word.utf8CodeUnitCount
    guard bytes.count >= count, from <= bytes.count - count else { return nil }
    return word.withUTF8Buffer { word in
      (from...(bytes.count - count)).first { start in
        for offset in 0..<count {
          let byte = bytes[start + offset]
          // Words are given in small letters where case does not matter.
          let same = byte == word[offset] || (ignoringCase && (byte | 0x20) == word[offset])
          if !same { return false }
        }
        return true
      }
    }
  }
}
