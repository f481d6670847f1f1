import Model

/// The texts of control files, as far as they are compared: what a file says after a write is not
/// letter for letter what was written.
enum ControlFile {
  /// Files that keep one line a disk.
  static func isPerDisk(_ file: String) -> Bool {
    file == "io.max" || file.hasPrefix("blkio.throttle.")
  }

  /// What `content` says about that which `text`, written to the file, speaks of: for files with a
  /// line for each disk the words of that disk, for others the whole content.
  static func part(of content: String, file: String, like text: String) -> String {
    guard isPerDisk(file) else { return trimmed(content) }
    let words = text.split(separator: " ")
    guard let disk = words.first else { return trimmed(content) }
    let line = content.split(separator: "\n").first { $0.split(separator: " ").first == disk }
    let said = line.map { $0.split(separator: " ").dropFirst() } ?? []
    if file != "io.max" { return "\(disk) \(said.first ?? "0")" }
    let parts = words.dropFirst().map { word -> Substring in
      let key = word.prefix { $0 != "=" } + "="
      return said.first { $0.hasPrefix(key) } ?? key + "max"
    }
    return "\(disk) " + parts.joined(separator: " ")
  }

  /// What of a file `text` is about: for files with a line for each disk that disk and the words, for
  /// others nothing in particular.
  static func subject(of text: String, file: String) -> String {
    guard isPerDisk(file) else { return "" }
    let words = text.split(separator: " ")
    guard file == "io.max" else { return String(words.first ?? "") }
    return words.map { $0.prefix { $0 != "=" } }.joined(separator: " ")
  }

  /// Whether a value that was read means the same as one that was written.
  ///
  /// - Parameter tolerance: numbers may differ by less than this.
  static func means(_ read: String, _ written: String, file: String, tolerance: Int64 = 0) -> Bool {
    if read == written { return true }
    if file.hasPrefix("cpuset."), let one = CPUSet(parsing: read),
      let other = CPUSet(parsing: written)
    {
      return one == other
    }
    if let one = Int64(read), let other = Int64(written) {
      return one == other
        || one.subtractingReportingOverflow(other).partialValue.magnitude
          < tolerance.magnitude
    }
    return read.split(whereSeparator: \.isWhitespace)
      == written.split(whereSeparator: \.isWhitespace)
  }

  /// Whether a file that says what is in force says this: its whole content, or one of its lines.
  static func says(_ content: String, _ value: String, file: String) -> Bool {
    means(trimmed(content), value, file: file)
      || content.split(separator: "\n").contains { $0 == value }
  }

  static func trimmed(_ content: String) -> String {
    let bytes = content.utf8
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x0A || byte == 0x09 }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }),
      let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(Substring(bytes[first...last]))
  }
}
