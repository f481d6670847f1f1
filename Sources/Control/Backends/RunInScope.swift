import Glibc
import Model

extension PreparedLaunch {
  /// Becomes `systemd-run`, which becomes loadline again inside the scope (``Launch/enterScope``).
  func runInScope(_ manager: UserManager, _ lock: LaunchLock?) throws(LaunchError) -> Never {
    let free = names.first { name in
      !isHeldElsewhere(name) && !manager.hasScope(SystemdScope.unit(name))
    }
    guard let name = free else { throw taken(names.first ?? RunName(command: "")) }
    guard manager.lingers || request.endsAtLogout else {
      throw LaunchError(
        "the job would be ended shortly after your last logout, because lingering is off for you: turn it on with loginctl enable-linger, or accept it with --until-logout."
      )
    }
    guard let program = Self.ownProgram() else {
      throw LaunchError("the file of this program is gone, so it cannot be started in the scope.")
    }
    let stage = ScopeStage(
      record: try record(name).record, environment: Self.environment(), lock: lock?.lend() ?? -1,
      settings: plan.settings, path: path, command: request.command)
    guard let encoded = stage.encoded() else { throw .tooManyTags }
    try limitProcess()
    for note in plan.notes { Launch.say(note) }
    gpus.setVariables()
    setenv("XDG_RUNTIME_DIR", manager.runtimeDirectory, 1)
    let words =
      SystemdScope.arguments(name: name, settings: plan.settings)
      + [program, Launch.scopeCommand, "--"] + encoded
    let tool = Array(manager.systemdRun.utf8)
    throw Execution.failure(Execution.execute(tool, words.map { Array($0.utf8) }), tool)
  }

  /// What `systemd-run` is going to see or set otherwise than the caller had it.
  private static func environment() -> [String: String?] {
    var variables: [String: String?] = [:]
    for name in ["XDG_RUNTIME_DIR", "INVOCATION_ID"] {
      variables.updateValue(getenv(name).map { String(cString: $0) }, forKey: name)
    }
    return variables
  }

  /// The path of the running program; nil where its file was removed.
  private static func ownProgram() -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0, count < buffer.count else { return nil }
    let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return Files.exists(path) ? path : nil
  }
}

extension Launch {
  /// The hidden command that calls ``enterScope(_:in:)`` with its arguments.
  package static let scopeCommand = "run-in-scope"

  /// The second half of a start under a user manager: verifies the scope's limits, leaves the
  /// record and becomes the command.
  /// - Parameter arguments: what ``ScopeStage`` encoded.
  package static func enterScope(_ arguments: [String], in system: LaunchSystem) throws(LaunchError)
    -> Never
  {
    guard let stage = ScopeStage(decoding: arguments), let bytes = stage.record.encoded() else {
      throw LaunchError("this command is started by loadline run and by nothing else.")
    }
    let lock = LaunchLock(lent: stage.lock, in: system)
    defer { lock?.release() }
    let layout = system.layout
    let hierarchy = layout.unified ?? layout.legacy.first { $0.name == "systemd" }
    let directory = hierarchy.flatMap { hierarchy in
      system.membership.path(in: hierarchy).flatMap(hierarchy.directory)
    }
    for setting in stage.settings { try verify(setting, in: directory) }
    let isKept = directory.map { Attributes.set(RunRecord.attribute, of: $0, to: bytes) } ?? false
    if !isKept { keep(stage.record, bytes, in: system) }
    for (name, value) in stage.environment {
      if let value { setenv(name, value, 1) } else { unsetenv(name) }
    }
    lock?.release()
    setenv(Execution.variable, stage.record.name.text, 1)
    throw Execution.failure(Execution.execute(stage.path, stage.command), stage.path)
  }

  /// Keeps the record in a file, where the kernel keeps no attributes on the scope's group.
  private static func keep(_ record: RunRecord, _ bytes: [UInt8], in system: LaunchSystem) {
    do {
      let records = try RecordDirectory(in: system)
      try records.write(record, bytes)
      // Without a reaper the next start removes the file.
      try? Reaper.start(
        ReaperTask(
          name: record.name.text, groups: nil, record: records.file(for: record), pid: record.pid))
    } catch {
      Launch.say("the job's name is not kept: nowhere can its record be written.")
    }
  }

  private static func verify(_ setting: Setting, in directory: String?) throws(LaunchError) {
    guard let directory else {
      throw LaunchError("the cgroup of the scope is not visible, so its limits cannot be verified.")
    }
    let content = Files.text("\(directory)/\(setting.checkedFile)")
    if content == nil, setting.mayBeMissing { return }
    guard let content, setting.holds(in: content) else {
      throw LaunchError(
        "systemd did not apply \(setting.kind.option): \(directory)/\(setting.checkedFile) does not read \(setting.value)."
      )
    }
  }
}
