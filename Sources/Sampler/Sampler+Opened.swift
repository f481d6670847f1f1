import CLinux
import Glibc
import Host
package import Model

/// What is kept about the job that is open on the screen.
struct OpenedState {
  var id: JobID?
  /// Command lines by process; nil while they are awaited.
  var commands: [ProcessFiles.Target: SafeText?] = [:]
}

/// The processes of the opened job, each read anew: there are few, and only while somebody looks.
extension Sampler {
  /// Beyond this many the list is cut.
  private static let mostProcesses = 2000

  /// The pids of a job's processes now; nil when there is no such job.
  package func pids(of id: JobID) -> [Int32]? {
    if let group = groupJobs.first(where: { $0.job.id == id })?.group {
      var pids: [Int32] = []
      listProcesses(group, into: &pids, &buffer)
      return pids
    }
    return loose.trees.values.first { $0.id == id }.map { tree in
      tree.members.map { loose.slots[Int($0)].pid }
    }
  }

  /// Reads the processes of a job now; nil when there is no such job.
  package func processes(of id: JobID) -> OpenedJob? {
    guard let pids = pids(of: id) else { return nil }
    if opened.id != id { opened = OpenedState(id: id) }
    var processes: [ProcessReading] = []
    let known = opened.commands
    opened.commands.removeAll(keepingCapacity: true)
    for pid in pids.prefix(Self.mostProcesses) {
      if let process = readProcess(pid, known) { processes.append(process) }
    }
    return OpenedJob(id: id, processes: processes)
  }

  /// `known` are the command lines of the last reading; those of processes that are gone are dropped.
  private func readProcess(
    _ pid: Int32, _ known: [ProcessFiles.Target: SafeText?]
  ) -> ProcessReading? {
    let directory = open("\(options.roots.proc)/\(pid)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return nil }
    defer { _ = close(directory) }
    guard buffer.readOnce("stat", in: directory), let stat = buffer.processStat else {
      return nil
    }
    var reading = ProcessReading(pid: pid, start: stat.start, time: Clock.now)
    reading.parent = stat.parent
    reading.name = stat.name.text
    reading.state = Character(Unicode.Scalar(stat.state))
    reading.threads = Int(stat.threads)
    reading.usage = stat.own &* Clock.tick
    reading.resident = LooseProcesses.bytes(pages: stat.resident)
    var status = Glibc.stat()
    if fstat(directory, &status) == 0 { reading.user = users.name(status.st_uid, inspector) }
    if buffer.readOnce("io", in: directory) { reading.io = Parsing.processIO(buffer.text) }
    if buffer.readOnce("wchan", in: directory) {
      // "0" is running, or not permitted to know.
      let word = buffer.string
      if word != "0", !word.isEmpty { reading.waitingOn = SafeText(word) }
    }
    reading.command = command(ProcessFiles.Target(pid: pid, start: stat.start), known)
    return reading
  }

  private func command(
    _ target: ProcessFiles.Target, _ known: [ProcessFiles.Target: SafeText?]
  ) -> SafeText? {
    if let command = known[target] {
      opened.commands[target] = .some(command)
      return command
    }
    opened.commands[target] = .some(nil)
    _ = inspector.ask(.command(target))
    return nil
  }
}
