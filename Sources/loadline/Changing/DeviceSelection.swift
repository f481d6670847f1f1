import Control
import Model

/// A GPU as the command line names it: `gpu:0` by the number that the driver's tools and `loadline
/// snapshot` give it, `gpu:GPU-…` and `gpu:0000:03:00.0` by what stays the same.
nonisolated struct DeviceWord {
  /// What stands behind `gpu:`.
  let name: String

  /// Nil for everything else: there may be a user `gpu` who has jobs.
  init?(_ word: String) {
    let rest = String(word.dropFirst(4))
    // The form with a hyphen is what `--json` prints; a job may have such a name.
    let isNumber = !rest.isEmpty && rest.utf8.allSatisfy { (0x30...0x39).contains($0) }
    let isID = rest.hasPrefix("GPU-") || rest.hasPrefix("MIG-") || Self.isAddress(rest)
    guard word.hasPrefix("gpu:") && (isNumber || isID) || word.hasPrefix("gpu-") && isID else {
      return nil
    }
    name = rest
  }

  /// Whether it is written as PCI addresses are: `0000:03:00.0`.
  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[2].contains(".")
      && text.utf8.allSatisfy { byte in
        (0x30...0x3A).contains(byte) || byte == UInt8(ascii: ".")
          || (0x61...0x66).contains(byte | 0x20)
      }
  }

  /// Refuses GPUs for commands that act on jobs.
  static func refuse(_ words: [String]) throws(CommandRefusal) {
    if let word = words.first(where: { DeviceWord($0) != nil }) {
      throw .refused(
        "\(SafeText(word)) is a device, not a job: all that can be done with it is to set its power, such as loadline set \(SafeText(word)) power=300W."
      )
    }
  }

  /// The device that is meant.
  func target(_ control: Control) throws -> Target {
    if name.hasPrefix("MIG-") {
      throw CommandRefusal.refused(
        "A part of a GPU has no power limit of its own; set that of the device that it is a part of."
      )
    }
    let all = try control.gpus()
    let found = all.filter { gpu in
      gpu.isCalled(SafeText(name)) || gpu.address?.string.lowercased() == name.lowercased()
    }
    guard let gpu = found.first else {
      let known = all.prefix(16).map { "gpu:\($0.index) (\($0.name))" }.joined(separator: ", ")
      throw CommandRefusal.wrong(
        "there is no GPU \"\(SafeText(name))\"; "
          + (all.isEmpty ? "no driver here tells of any." : "there are: \(known)."))
    }
    guard found.count == 1 else {
      let known = found.map { "gpu:\($0.id.text) (\($0.name))" }.joined(separator: ", ")
      throw CommandRefusal.wrong(
        "\"\(SafeText(name))\" is \(found.count) GPUs; say which: \(known).")
    }
    return Target(gpu, isNumbered: all.count(where: { $0.index == gpu.index }) == 1)
  }
}
