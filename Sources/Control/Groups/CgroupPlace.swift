import Model

/// Where the cgroups of jobs are made in one hierarchy.
struct CgroupPlace: Sendable, Hashable {
  var interface: Interface
  /// An existing directory that may be written.
  var base: String
  /// The directories between the base and the jobs', made when missing: `loadline`, and one a user
  /// where users share the base.
  var parents: [String]
  /// What can be limited or counted in the groups made here.
  var controllers: Set<String>
  /// The directory of the cgroup that the caller is in now, to go back to; nil when not visible.
  var origin: String?

  /// The directories of ``parents``, outermost first.
  var parentDirectories: [String] {
    parents.indices.map { base + "/" + parents[...$0].joined(separator: "/") }
  }

  /// The directory that holds one directory a job.
  var jobs: String { base + "/" + parents.joined(separator: "/") }

  func directory(of name: RunName) -> String { "\(jobs)/\(name)" }

  /// Whether a job with these settings belongs here: for a limit that it has or may be given while it
  /// runs, for the counters that the dashboard reads, or for PSI.
  func isNeeded(for settings: [Setting]) -> Bool {
    if interface == .v2 { return true }
    let used: Set = ["cpu", "cpuacct", "memory", "blkio", "cpuset", "pids", "freezer"]
    return !controllers.isDisjoint(with: used.union(settings.map(\.controller)))
  }
}

/// The places of a system, in the order in which a process joins them, and what they support.
struct CgroupPlaces: Sendable, Hashable {
  var places: [CgroupPlace]
  /// Why what is not supported is not.
  var reason: String

  var support: ControllerSupport {
    var interfaces: [Resource: Interface] = [:]
    for place in places {
      for resource in Resource.allCases
      where place.controllers.contains(resource.controller(place.interface)) {
        interfaces[resource] = place.interface
      }
    }
    return ControllerSupport(interfaces: interfaces, reason: reason)
  }

  /// The CPUs that groups made here may use; nil where no place says so.
  var availableCPUs: CPUSet? {
    let files = ["cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"]
    for place in places {
      for file in files {
        if let text = Files.text("\(place.base)/\(file)"), let cpus = CPUSet(parsing: text),
          !cpus.isEmpty
        {
          return cpus
        }
      }
    }
    return nil
  }
}
