import CLinux
import Glibc
import Host
import Model

/// From loose processes to jobs: command trees.
extension Sampler {
  /// Cores and memory from which a command is a job.
  private static let worthCores: Float = 0.5

  /// Where threads wait for CPUs, a command that is kept from half a core is worth a row all the more:
  /// then a tenth of a small box is enough.
  func worthCores(cpus: Int) -> Float {
    boxStalls && cpus > 0 ? min(Self.worthCores, Float(cpus) / 10) : Self.worthCores
  }
  /// How often a command's proportional set size is asked for to see whether it is a job, in seconds.
  private static let weighEverySeconds = 30.0
  /// So long a job's name may change, in seconds.
  private static let namingSeconds = 30.0
  /// A name that has not come after so many intervals is not waited for.
  private static let nameIntervals = 3.0

  /// Lists and looks at loose processes, and sorts them into commands once a pass.
  func sampleLoose(_ box: BoxReading) {
    // New to the box, everything is looked at twice in a row; then a pass takes ten seconds.
    let isNew = ticks <= 3
    if isNew || listing.isDue(forks: box.forks, groups: tree.generation, at: box.time) {
      listLoose()
    }
    let cpus = box.cpus.count
    let pass = max(1, (10 / options.interval).rounded())
    let part = isNew ? 1 : attention.part(pass: pass)
    let hasNew = loose.finish(&buffer, part: part, cpus: cpus, inspector: inspector)
    releaseNames()
    if assessment.isDue(part: part, hasNew: hasNew, pass: pass) { sortIntoTrees(cpus: cpus) }
  }

  private func listLoose() {
    loose.begin()
    if paths.accounting == nil {
      listAllProcesses()
    } else {
      for group in looseGroups where group.isActive && group.read(&buffer) {
        loose.list(buffer.text, place: group.number)
      }
    }
  }

  /// Without cgroups every process of /proc is loose.
  private func listAllProcesses() {
    _ = DirectoryReader().forEach(at: options.roots.proc) { entry in
      if let pid = entry.number { loose.list(pid, place: LooseGroup.nowhere) }
    }
  }

  private func sortIntoTrees(cpus: Int) {
    let found = loose.candidates()
    loose.attachStragglers(found, &buffer)
    readRunRecords()
    let now = Clock.now
    var awaiting: [ProcessFiles.Target: Instant] = [:]
    for candidate in newcomers(among: found, cpus: cpus) {
      let target = loose.slots[Int(candidate.root)].target
      let eponym = loose.eponym(of: candidate, in: found)
      let record = assessment.records[target]
      let declaration = record == nil ? declared(target, eponym) : nil
      let isWorth =
        record != nil || declaration != nil || candidate.cores >= worthCores(cpus: cpus)
        || weigh(candidate, of: found, now) || assessment.awaiting[target] != nil
        || holdsGPU(candidate, of: found)
      guard isWorth else { continue }
      let arguments = assessment.arguments[eponym]
      if arguments == nil {
        let since = assessment.awaiting[target] ?? now
        if since == now { _ = inspector.ask(.command(eponym)) }
        if now.seconds(since: since) < Self.nameIntervals * options.interval {
          awaiting[target] = since
          continue
        }
      }
      promote(candidate, of: found, eponym, record: record, declaration: declaration)
    }
    assessment.awaiting = awaiting
    assessment.prune { target in
      loose.process(target.pid)?.start == target.start
    }
  }

  /// The commands that are worth being asked for more than what is known of all.
  private func newcomers(among found: TreeCandidates, cpus: Int) -> [TreeCandidate] {
    let cores = worthCores(cpus: cpus)
    let pages = LooseProcesses.pages(GroupActivity.worthMemory)
    let isAsked = declarations.matchTrees || !assessment.awaiting.isEmpty || hasNewRoots
    return loose.newcomers(among: found) {
      isAsked || $0.cores >= cores || $0.resident >= pages
    }
  }

  /// A process that was noted by `loadline run`, or holds a GPU, is in no job yet.
  private var hasNewRoots: Bool {
    assessment.records.keys.contains { loose.isInNoJob($0.pid) }
      || holders.known.keys.contains { loose.isInNoJob($0) }
  }

  private func holdsGPU(_ candidate: TreeCandidate, of found: TreeCandidates) -> Bool {
    !holders.known.isEmpty
      && found.slots(of: candidate).contains { holders.known[loose.slots[Int($0)].pid] != nil }
  }

  /// The declaration that claims this command whatever it uses.
  private func declared(
    _ target: ProcessFiles.Target, _ eponym: ProcessFiles.Target
  ) -> JobDeclaration? {
    guard declarations.matchTrees else { return nil }
    // Asked between fork and exec, it answers with its parent's.
    if declarations.needCommands, let program = loose.process(eponym.pid)?.program,
      assessment.asked.updateValue(program, forKey: eponym) != program
    {
      _ = inspector.ask(.command(eponym))
    }
    let arguments = assessment.arguments[eponym]
    var owner: SafeText?
    if declarations.needOwners {
      owner = assessment.owners[target] ?? self.owner(of: target.pid)
      assessment.owners[target] = owner
    }
    return declarations.first(
      cgroup: nil, owner: owner, command: arguments?.joined(separator: " "))
  }

  /// Whether the command holds a gibibyte: resident sizes say where it is worth asking for the
  /// proportional one, which decides.
  private func weigh(
    _ candidate: TreeCandidate, of found: TreeCandidates, _ now: Instant
  ) -> Bool {
    let target = loose.slots[Int(candidate.root)].target
    guard LooseProcesses.bytes(pages: candidate.resident) >= GroupActivity.worthMemory else {
      return false
    }
    if assessment.heavy.contains(target) { return true }
    if let last = assessment.weighed[target], now.seconds(since: last) < Self.weighEverySeconds {
      return false
    }
    assessment.weighed[target] = now
    let targets = found.slots(of: candidate).map { loose.slots[Int($0)].target }
    _ = inspector.ask(.memory(.tree(pid: target.pid, start: target.start), targets))
    return false
  }

  private func promote(
    _ candidate: TreeCandidate, of found: TreeCandidates, _ eponym: ProcessFiles.Target,
    record: RunRecord?, declaration: JobDeclaration?
  ) {
    let target = loose.slots[Int(candidate.root)].target
    let id = JobID.tree(pid: target.pid, start: target.start)
    let owner = owner(of: target.pid)
    let given = record.map { SafeText($0.name.text) } ?? declaration?.name
    let name = given ?? commandName(eponym) ?? loose.slots[Int(candidate.root)].name.text
    let job = Job(
      id: id, name: names.claim(name, owner: owner, for: id), owner: owner,
      source: record != nil ? .run : declaration != nil ? .config : .process, cgroup: nil,
      declaration: record.map { JobDeclaration(tags: $0.tags, budget: $0.budget) } ?? declaration)
    let caller = given == nil ? eponym : nil
    if !loose.promote(candidate, of: found, job: job, eponym: caller, &buffer) { names.release(id) }
  }

  /// What a command is called by the arguments of this process; nil while they are not known.
  private func commandName(_ eponym: ProcessFiles.Target) -> SafeText? {
    guard let arguments = assessment.arguments[eponym], !arguments.isEmpty else { return nil }
    if CommandName.isNotebookKernel(arguments) {
      let notebook = assessment.notebooks[eponym].flatMap { $0.split(separator: "/").last }
      return SafeText("kernel: \(notebook.map(String.init) ?? "\(eponym.pid)")")
    }
    return CommandName.name(of: arguments).map { SafeText($0) }
  }

  /// Calls a job anew when the process it is called by has become another program. Wrappers need a
  /// moment to start what was meant (`pyenv`, `conda run`, a script that ends with `exec`); later
  /// than that, a name stays.
  func rename(_ eponym: ProcessFiles.Target) {
    guard let tree = loose.trees.values.first(where: { $0.eponym == eponym }),
      Clock.now.seconds(since: tree.since) < Self.namingSeconds,
      let wanted = commandName(eponym)
    else { return }
    tree.job.name = names.claim(wanted, owner: tree.job.owner, for: tree.id)
    assessment.named[tree.id] = tree.number
  }

  /// The user that runs a process, by name.
  func owner(of pid: Int32) -> SafeText {
    user(of: pid).map { users.name($0, inspector) } ?? SafeText("–")
  }

  /// The user that runs a process. The owner of its directory is not always that user: root's are
  /// those of processes that may not be traced, and tells it where the rest is hidden.
  func user(of pid: Int32) -> UInt32? {
    if buffer.readWhole("\(options.roots.proc)/\(pid)/status"),
      let user = buffer.processStatus.user
    {
      return user
    }
    var status = stat()
    guard lstat("\(options.roots.proc)/\(pid)", &status) == 0 else { return nil }
    return status.st_uid
  }

  /// Frees the names of tree jobs that have ended.
  private func releaseNames() {
    for (id, key) in assessment.named where loose.trees[key]?.id != id {
      names.release(id)
      assessment.named[id] = nil
    }
    for tree in loose.trees.values where assessment.named[tree.id] == nil {
      assessment.named[tree.id] = tree.number
    }
  }
}
