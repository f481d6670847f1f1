import CLinux
import Glibc
import Model

/// One unit of a manager, as `systemctl show` describes it.
struct SystemdUnit: Sendable {
  let name: String
  private let values: [String: [String]]

  /// Asks the manager. Throws where there is no such unit, or it is not running.
  init(_ name: String, _ tools: SystemdTools) throws(ChangeFailure) {
    let wanted =
      SystemdProperty.allCases.map(\.shown) + [
        "LoadState", "ActiveState", "ControlGroup", "CanFreeze", "Delegate", "Slice",
      ]
    let output = try tools.run(
      tools.systemctl, ["show", "-p", wanted.joined(separator: ","), "--", name])
    var values: [String: [String]] = [:]
    for line in output.split(separator: "\n") {
      let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if sides.count == 2 { values[String(sides[0]), default: []].append(String(sides[1])) }
    }
    self.name = name
    self.values = values
    guard values["LoadState"]?.first != "not-found", let group, !group.isEmpty else {
      throw ChangeFailure(.never, "\(name) has ended.", errno: ENOENT)
    }
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
