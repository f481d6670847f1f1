package import Model

/// Where GPUs are read, as chosen with `--gpu` or `[gpu]`.
package enum GPUChoice: Sendable, Hashable {
  /// The drivers that are there.
  case auto
  /// Nowhere: for boxes where asking a driver does harm.
  case off
  /// A script; nil plays the built-in one.
  case simulated(GPUScenario?)

  /// Its word, in the file and on the command line.
  package init?(word: String) {
    switch word {
    case "auto": self = .auto
    case "off": self = .off
    case "simulated": self = .simulated(nil)
    default: return nil
    }
  }
}

/// Reads `[gpu]`: the source, and the path of the script it plays.
func readGPUs(_ table: TableReader) -> (choice: GPUChoice?, scenario: String?) {
  table.warnOfKeys(besides: ["source", "scenario"])
  let expected = #""auto", "off" or "simulated""#
  let choice = table.value("source", expected: expected) { (node) throws(Mismatch) -> GPUChoice? in
    guard let word = node.text else { return nil }
    guard let choice = GPUChoice(word: word) else {
      throw Mismatch(expected: expected, found: "another word")
    }
    return choice
  }
  let path = "the path of a .toml file"
  let scenario = table.value("scenario", expected: path) { (node) throws(Mismatch) -> String? in
    guard let text = node.text else { return nil }
    if text.isEmpty || text.utf8.contains(0) {
      throw Mismatch(expected: path, found: text.isEmpty ? "an empty text" : "a NUL byte")
    }
    return text
  }
  guard scenario == nil || choice == .simulated(nil) else {
    if choice != nil || !table.has("source") {
      table.warn("scenario", #"has no effect; it is played where source = "simulated""#)
    }
    return (choice, nil)
  }
  return (choice, scenario)
}
