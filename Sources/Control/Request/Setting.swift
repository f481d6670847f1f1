import Model

/// Which generation of control files a controller has at a place.
enum Interface: Sendable, Hashable {
  case v1, v2
}

/// One control file to be written in the job's group, and how to see that it took.
struct Setting: Sendable, Hashable {
  /// The limit that it is written for.
  var kind: RunLimits.Kind
  var controller: String
  var file: String
  var value: String
  var check: Check
  /// The file exists only on kernels with a certain feature, without which there is nothing to
  /// limit.
  var mayBeMissing = false

  /// Where v2 tells which CPUs a group really has: it accepts those that the parent has not, and then
  /// does not use them.
  static let effectiveCPUs = "cpuset.cpus.effective"

  /// What must be read back after writing.
  enum Check: Sendable, Hashable {
    /// The same file holds exactly this.
    case equals(String)
    /// Another file holds exactly this set of CPUs.
    case cpus(CPUSet, file: String)
    /// Another file has no such line.
    case lacks(String, file: String)
    /// The line of this disk holds this word.
    case disk(DiskNumber, String)
  }

  /// The file to read for the check.
  var checkedFile: String {
    switch check {
    case .cpus(_, let other), .lacks(_, let other): other
    case .equals, .disk: file
    }
  }

  /// Whether the content read back is what was meant.
  func holds(in content: String) -> Bool {
    switch check {
    case .equals(let text):
      return content.split(whereSeparator: \.isWhitespace) == text.split(separator: " ")
    case .cpus(let cpus, _):
      return CPUSet(parsing: content) == cpus
    case .lacks(let line, _):
      return !content.split(separator: "\n").contains(Substring(line))
    case .disk(let disk, let word):
      return content.split(separator: "\n").contains { line in
        let words = line.split(separator: " ")
        return words.first == Substring(disk.description)
          && words.dropFirst().contains(Substring(word))
      }
    }
  }
}
