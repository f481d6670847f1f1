import CLinux
import Glibc
import Model

/// One unit of a manager, as `systemctl show` describes it.
struct SystemdUnit: Sendable {
  let name: String
  private let values: [String: [String]]

  /// Asks the manager. Throws where there is no such unit, or it is not running.
  init(_ name: String, _ tools: SystemdTools) throws(ChangeFailure) {
    guard let unit = try Self.asked([name], tools)[name] else {
      throw ChangeFailure(.never, "\(name) has ended.", errno: ENOENT)
    }
    self = unit
  }

  /// Asks the manager about several units in one call; those that are not running are left out.
  static func asked(
    _ names: [String], _ tools: SystemdTools
  ) throws(ChangeFailure) -> [String: SystemdUnit] {
    let wanted =
      SystemdProperty.allCases.map(\.shown) + [
        "LoadState", "ActiveState", "ControlGroup", "CanFreeze", "Delegate", "Slice",
      ]
    let output = try tools.run(
      tools.systemctl, ["show", "-p", wanted.joined(separator: ","), "--"] + names)
    var units: [String: SystemdUnit] = [:]
    // One block a unit, in the order of the names, an empty line between them.
    for (name, block) in zip(names, output.split(separator: "\n\n")) {
      let unit = SystemdUnit(name, said: block)
      if unit.values["LoadState"]?.first != "not-found", unit.group?.isEmpty == false {
        units[name] = unit
      }
    }
    return units
  }

  private init(_ name: String, said block: Substring) {
    var values: [String: [String]] = [:]
    for line in block.split(separator: "\n") {
      let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if sides.count == 2 { values[String(sides[0]), default: []].append(String(sides[1])) }
    }
    self.name = name
    self.values = values
  }

  /// The path of its cgroup.
  var group: String? { values["ControlGroup"]?.first }

  var canFreeze: Bool { values["CanFreeze"]?.first == "yes" }

  /// Nil where the manager does not say; a version that has no such property.
  func text(of property: SystemdProperty) -> String? {
    switch property {
    // An empty list is not printed at all.
    case .readBandwidth, .writeBandwidth, .allowedCPUs:
      return property.text(shown: values[property.shown] ?? [])
    default: return values[property.shown].flatMap { property.text(shown: $0) }
    }
  }
}
