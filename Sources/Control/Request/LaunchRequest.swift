package import Model

/// What `loadline run` was asked to do.
package struct LaunchRequest: Sendable {
  /// The job's name; nil takes the command's, with `-2`, `-3`, … where it is taken.
  package var name: RunName?
  package var limits: RunLimits
  /// Swap stays allowed beyond the memory limit.
  package var allowsSwap: Bool
  /// Block devices to limit instead of the disks under the working directory.
  package var devices: [String]
  package var tags: [String: String]
  /// The job may end with the user's last logout.
  package var endsAtLogout: Bool
  /// The command and its arguments as the bytes they were given as, without the final NUL.
  package var command: [[UInt8]]

  package init(
    name: RunName? = nil, limits: RunLimits = RunLimits(), allowsSwap: Bool = false,
    devices: [String] = [], tags: [String: String] = [:], endsAtLogout: Bool = false,
    command: [[UInt8]]
  ) {
    self.name = name
    self.limits = limits
    self.allowsSwap = allowsSwap
    self.devices = devices
    self.tags = tags
    self.endsAtLogout = endsAtLogout
    self.command = command
  }
}

/// Why a job was not started, as one sentence for a person.
package struct LaunchError: Error, Hashable, Sendable {
  package var sentence: String
  /// The status to exit with.
  package var status: Status

  /// Exit statuses of `loadline run` itself; any other is the command's own.
  package enum Status: Int32, Sendable {
    /// An option is not what it must be.
    case usage = 2
    /// The job cannot be run as asked: a taken name, a limit that cannot be, no linger.
    case refused = 3
    /// The command was found and could not be executed, as shells say it.
    case notExecutable = 126
    /// There is no such command, as shells say it.
    case notFound = 127
  }

  package init(_ sentence: String, status: Status = .refused) {
    self.sentence = sentence
    self.status = status
  }
}
