import Model

/// ``Place/property(unit:name:user:)``: properties of units, set for as long as the box runs and read
/// back from the kernel's own files.
struct SystemdPlaces: PlaceAccess {
  let tools: SystemdTools
  let system: LaunchSystem
  private let known: KnownUnits

  init(tools: SystemdTools, system: LaunchSystem, known: KnownUnits = KnownUnits()) {
    self.tools = tools
    self.system = system
    self.known = known
  }

  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    // Asking systemd takes a process and a hundred times as long as reading a file.
    let name = UnitName(place)
    if let name, let group = known.group(of: name, in: system.layout),
      SystemdInForce(layout: system.layout, group: group).shows(text, at: place)
    {
      return text
    }
    let (unit, property) = try asked(place)
    if let name { known.note(unit.group, of: name, in: system.layout) }
    guard let said = unit.text(of: property) else {
      throw ChangeFailure(.failed, "systemd does not say the \(property.rawValue) of \(unit.name).")
    }
    // What is set and not in force is not so; where the kernel does not say, systemd is believed.
    return inForce(unit).contradiction(of: said, property) ?? said
  }

  func effective(_ file: String, of place: Place) -> String? {
    guard let (unit, _) = try? asked(place) else { return nil }
    let controller = file.split(separator: ".").first.map(String.init) ?? ""
    let legacy = system.layout.hierarchy(of: controller) == nil ? nil : controller
    let hierarchy = legacy.flatMap { system.layout.hierarchy(of: $0) } ?? system.layout.unified
    return unit.group.flatMap { group in hierarchy.flatMap { $0.directory(of: group) } }.flatMap {
      Files.text("\($0)/\(file)")
    }
  }

  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    guard case .property(let unit, let name, let user) = place,
      let property = SystemdProperty(rawValue: name)
    else { throw Self.unknown(place) }
    let tools = tools(for: user)
    _ = try tools.run(tools.systemctl, property.arguments(unit: unit, text: text))
  }

  private func asked(_ place: Place) throws(ChangeFailure) -> (SystemdUnit, SystemdProperty) {
    guard case .property(let unit, let name, let user) = place,
      let property = SystemdProperty(rawValue: name)
    else { throw Self.unknown(place) }
    return (try SystemdUnit(unit, tools(for: user)), property)
  }

  private func tools(for user: UInt32?) -> SystemdTools {
    user.map { tools.of(user: $0, in: system) } ?? tools
  }

  private func inForce(_ unit: SystemdUnit) -> SystemdInForce {
    SystemdInForce(layout: system.layout, group: unit.group ?? "")
  }

  private static func unknown(_ place: Place) -> ChangeFailure {
    ChangeFailure(.failed, "\(place) is no property of a unit that is set from here.")
  }
}
