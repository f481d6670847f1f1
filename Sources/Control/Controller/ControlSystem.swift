package import GPU
import Glibc
import Model

/// What ``Control`` works on: where the box's files are, and where the journal is kept.
package struct ControlSystem: Sendable {
  package var launch: LaunchSystem
  /// The directory of the journal; nil where the user has none.
  package var journalDirectory: String?
  /// Nothing is changed, only read.
  package var isReadOnly: Bool
  /// How a fresh user's directory is looked at and written; others for tests.
  var places: any PlaceAccess
  /// Nil where no driver of GPUs is asked.
  let gpus: GPUDevices?
  var patience = Patience()
  var enforcers: Enforcers
  /// fsync(2), or what a test counts it with.
  var sync: @Sendable (Int32) -> Int32 = { fsync($0) }

  /// This box, for the calling user.
  ///
  /// - Parameter asksGPUs: whether drivers of GPUs may be asked; some do harm then.
  package static func current(
    isReadOnly: Bool = false, asksGPUs: Bool = true
  ) -> ControlSystem {
    let launch = LaunchSystem.current()
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    return ControlSystem(
      launch: launch,
      journalDirectory: JournalFile.directory(
        uid: launch.uid, stateHome: variable("XDG_STATE_HOME"), home: variable("HOME")),
      isReadOnly: isReadOnly, powerLimit: asksGPUs ? GPUPowerLimit() : nil)
  }

  package init(
    launch: LaunchSystem, journalDirectory: String?, isReadOnly: Bool = false,
    powerLimit: GPUPowerLimit? = GPUPowerLimit()
  ) {
    self.launch = launch
    self.journalDirectory = journalDirectory
    self.isReadOnly = isReadOnly
    let units = SystemdTools(in: launch)
    let known = KnownUnits()
    let gpus = powerLimit.map { GPUDevices($0, sys: launch.sys) }
    self.gpus = gpus
    places = Places(
      properties: units.map { SystemdPlaces(tools: $0, system: launch, known: known) },
      threads: ThreadPlaces(proc: launch.proc), devices: gpus)
    enforcers = Enforcers(
      groups: RawGroups(in: launch),
      systemd: units.map { SystemdEnforcer($0, in: launch, known: known) },
      systemdUser: units.map {
        SystemdEnforcer($0, in: launch, backend: .systemdUser, known: known)
      },
      processes: ProcessEnforcer(system: launch),
      gpus: gpus.map { GPUEnforcer($0, uid: launch.uid) })
  }

  /// The kernel's number of this boot.
  var boot: String { Files.line("\(launch.proc)/sys/kernel/random/boot_id") ?? "" }

  var journal: JournalFile? {
    journalDirectory.map { JournalFile(directory: $0, boot: boot, sync: sync) }
  }
}
