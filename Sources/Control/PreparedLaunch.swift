import Glibc
import Model

/// A request that has been found possible, and what will be done for it.
struct PreparedLaunch: Sendable {
  var request: LaunchRequest
  var system: LaunchSystem
  var backend: Backend
  var plan: LimitPlan
  /// The file to execute.
  var path: [UInt8]
  var box: BoxFacts
  /// The GPUs that were asked for.
  var gpus: GPUSelection
  /// The records of the user's jobs that have no cgroup directory.
  var others: [RunRecord]

  init(_ request: LaunchRequest, in system: LaunchSystem) throws(LaunchError) {
    guard let word = request.command.first else {
      throw LaunchError("there is no command to run.", status: .notFound)
    }
    for (key, value) in request.tags where !RunRecord.isTag(key, value) {
      throw LaunchError(
        "--tag \(key.debugDescription) must be a name of letters, digits, '.', '_' and '-', and a printable value of at most 128 bytes."
      )
    }
    path = try CommandPath.resolve(word, path: system.path)
    var places = CgroupPlaces(in: system)
    let manager = UserManager(in: system)
    if manager == nil, let obstacle = UserManager.obstacle(in: system) { places.reason = obstacle }
    backend = Backend(places, manager, uid: system.uid)
    box = try BoxFacts(system)
    let inherited = Affinity.current().map(box.online.intersection) ?? box.online
    if case .groups(let places) = backend {
      box.available = places.availableCPUs ?? inherited
    } else {
      box.available = inherited
    }
    try request.limits.check(on: box)
    others = system.records.flatMap { RunRecords.alive(in: $0, proc: system.proc) }
    gpus = try GPUSelection(request.limits.gpus ?? [], in: system, backend)
    var notes: [String] = []
    let disks = try Self.disks(for: request, in: system, backend.support, &notes)
    plan = LimitPlan(
      request.limits, allowsSwap: request.allowsSwap,
      in: LimitPlan.Surroundings(
        support: backend.support, box: box, disks: disks, claimed: others.compactMap(\.pinned),
        mayRaisePriority: system.uid == 0, gpus: gpus))
    plan.notes += notes
    self.request = request
    self.system = system
  }

  private static func disks(
    for request: LaunchRequest, in system: LaunchSystem, _ support: ControllerSupport,
    _ notes: inout [String]
  ) throws(LaunchError) -> [DiskNumber] {
    guard request.limits.read != nil || request.limits.write != nil,
      support.interfaces[.io] != nil
    else { return [] }
    let disks = Disks(sys: system.sys, proc: system.proc)
    let found =
      request.devices.isEmpty
      ? try disks.under(directory: ".") : try disks.named(request.devices)
    if let note = found.note { notes.append(note) }
    return found.numbers
  }

  /// The names to try, in this order: the one asked for, or the command's with numbers.
  var names: [RunName] {
    if let name = request.name { return [name] }
    let base = RunName(command: String(decoding: request.command.first ?? [], as: UTF8.self))
    return (1...99).compactMap { base.numbered($0) }
  }

  /// The sentence for when none of the names is free.
  func taken(_ name: RunName) -> LaunchError {
    LaunchError(
      "a job named \(name) \(Launch.alreadyRunning); choose another --name, or end it first.")
  }

  /// Whether a job of this user without a cgroup of ours has the name.
  func isHeldElsewhere(_ name: RunName) -> Bool {
    others.contains { $0.name == name && $0.uid == system.uid }
  }

  /// What is left for others to read, and its text.
  func record(_ name: RunName) throws(LaunchError) -> (record: RunRecord, bytes: [UInt8]) {
    let pid = getpid()
    let record = RunRecord(
      name: name, limits: request.limits, swap: request.allowsSwap,
      tags: request.tags.mapValues { SafeText($0) }, uid: system.uid, pid: pid,
      start: Processes.start(pid: pid, proc: system.proc) ?? 0, time: Int64(time(nil)),
      unenforced: plan.unenforced, pinned: plan.pinned)
    guard let bytes = record.encoded() else {
      throw .tooManyTags
    }
    return (record, bytes)
  }

  /// Tells the person what they must know, and becomes the command.
  func execute(as name: RunName, _ lock: LaunchLock?) -> LaunchError {
    lock?.release()
    for note in plan.notes { Launch.say(note) }
    setenv(Execution.variable, name.text, 1)
    gpus.setVariables()
    return Execution.failure(Execution.execute(path, request.command), path)
  }
}

extension LaunchError {
  static let tooManyTags = LaunchError(
    "the tags are longer than the 4 KiB that are kept; give fewer.")
}
