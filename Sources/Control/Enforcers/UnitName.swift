/// A unit of systemd, told apart from one of that name of another manager.
struct UnitName: Sendable, Hashable {
  var unit: String
  /// The owner of the manager; nil for the system's.
  var user: UInt32?

  init(unit: String, user: UInt32?) {
    self.unit = unit
    self.user = user
  }

  /// Of the unit that a cgroup is; nil where it is none.
  init?(ofGroup path: String) {
    switch CgroupOwner(of: path) {
    case .systemd(let unit): self.init(unit: unit, user: nil)
    case .systemdUser(let unit, let owner): self.init(unit: unit, user: owner)
    default: return nil
    }
  }

  /// Of the unit whose property a place is.
  init?(_ place: Place) {
    guard case .property(let unit, _, let user) = place else { return nil }
    self.init(unit: unit, user: user)
  }
}
