/// What limits are made of: one controller, under different names in the two generations.
enum Resource: Sendable, Hashable, CaseIterable {
  case cpu, cpuset, memory, io

  func controller(_ interface: Interface) -> String {
    switch (self, interface) {
    case (.cpu, _): "cpu"
    case (.cpuset, _): "cpuset"
    case (.memory, _): "memory"
    case (.io, .v2): "io"
    case (.io, .v1): "blkio"
    }
  }
}

/// Which resources can be limited where the job will be, and why the others cannot.
struct ControllerSupport: Sendable, Hashable {
  var interfaces: [Resource: Interface]
  /// Why a resource has no interface.
  var reason: String

  /// No cgroup at all.
  static func none(_ reason: String) -> ControllerSupport {
    ControllerSupport(interfaces: [:], reason: reason)
  }
}
