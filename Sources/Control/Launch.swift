import Glibc
import Model

/// Starting a job: everything is checked before anything is made, and this process becomes the
/// command.
package enum Launch {
  /// Starts the job; returns only by throwing, and then nothing of it is left.
  ///
  /// The calling process must have one thread. Sentences that a person should read (limits that
  /// cannot be enforced) go to stderr just before the command starts.
  package static func run(_ request: LaunchRequest, in system: LaunchSystem) throws(LaunchError)
    -> Never
  {
    let launch = try PreparedLaunch(request, in: system)
    let lock = LaunchLock(in: system, patience: 15_000)
    defer { lock?.release() }
    sweepAbandonedRuns(in: system, CgroupPlaces(in: system).places)
    switch launch.backend {
    case .groups(let places): try launch.runInGroups(places, lock)
    case .scope(let manager): try launch.runInScope(manager, lock)
    case .process: try launch.runAsProcess(lock)
    }
  }

  /// What the sentence about a taken name says, for who started the job to try another.
  package static let alreadyRunning = "is already running"

  /// Writes one line to stderr.
  package static func say(_ sentence: String) {
    let line = Array("loadline run: \(sentence)\n".utf8)
    write(2, line, line.count)
  }
}
