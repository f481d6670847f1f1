import Glibc
import Model

/// The system that a job is launched on: where its files are, who asks, with which environment.
///
/// Everything is read below these roots, so that a test can point them at a made tree.
package struct LaunchSystem: Sendable {
  package var proc: String
  package var sys: String
  /// Where systemd keeps one file a user whose manager outlives the last logout.
  package var linger: String
  /// Parent of the users' runtime directories.
  package var userRuntime: String
  /// Where record files are looked for; the first that can be used is written.
  package var records: [String]
  /// A directory made while a job is being started, so that starts exclude each other; the same
  /// whatever the environment is.
  package var lock: String
  /// The effective user.
  package var uid: UInt32
  /// `PATH` and `XDG_RUNTIME_DIR` of the caller.
  package var path: String?
  package var runtimeDirectory: String?

  package init(
    proc: String, sys: String, linger: String, userRuntime: String, records: [String],
    lock: String, uid: UInt32,
    path: String?, runtimeDirectory: String?
  ) {
    self.proc = proc
    self.sys = sys
    self.linger = linger
    self.userRuntime = userRuntime
    self.records = records
    self.lock = lock
    self.uid = uid
    self.path = path
    self.runtimeDirectory = runtimeDirectory
  }

  /// This system, for the calling process.
  package static func current() -> LaunchSystem {
    let uid = geteuid()
    let runtime = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }
    return LaunchSystem(
      proc: "/proc", sys: "/sys", linger: "/var/lib/systemd/linger", userRuntime: "/run/user",
      records: RunRecord.directories(runtimeDirectory: runtime, uid: uid),
      lock: uid == 0 ? "/run/loadline-start" : "/tmp/loadline-start-\(uid)", uid: uid,
      path: getenv("PATH").map { String(cString: $0) }, runtimeDirectory: runtime)
  }

  /// The mounted cgroup hierarchies.
  var layout: CgroupLayout { CgroupLayout(mountinfo: Files.text("\(proc)/self/mountinfo") ?? "") }

  /// The cgroups of the calling process.
  var membership: CgroupMembership {
    CgroupMembership(parsing: Files.text("\(proc)/self/cgroup") ?? "")
  }
}
