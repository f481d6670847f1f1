import CLinux
import Glibc
import Model

/// From groups to jobs.
extension Sampler {
  /// Brings jobs, candidates and loose groups in line with the groups that exist.
  func reconcile() {
    reconciledGeneration = tree.generation
    var jobGroups: Set<String> = []
    for group in groupJobs {
      if tree.nodes[group.group].map({ JobID.cgroup(inode: $0.inode) }) == group.job.id {
        jobGroups.insert(group.group)
      } else {
        group.isGone = true
        names.release(group.job.id)
      }
    }
    groupJobs.removeAll { $0.isGone }
    limitFiles.prune()
    let knownCandidates = Dictionary(candidates.map { ($0.path, $0) }) { first, _ in first }
    let knownLoose = Dictionary(looseGroups.map { ($0.path, $0) }) { first, _ in first }
    func looseGroup(_ path: String) -> LooseGroup {
      if let known = knownLoose[path] { return known }
      numberOfLooseGroups &+= 1
      return LooseGroup(path, number: numberOfLooseGroups, paths)
    }
    candidates.removeAll(keepingCapacity: true)
    looseGroups.removeAll(keepingCapacity: true)
    var waiting = ["/"]
    while let path = waiting.popLast() {
      guard let node = tree.nodes[path] else { continue }
      if jobGroups.contains(path) { continue }
      if let (job, pids) = claim(node) {
        add(job, pids: pids, group: path)
        continue
      }
      switch node.kind {
      case .job: break
      case .candidate(let source, _):
        // A plain group with groups in it is a level, not a job.
        if source == .cgroup, !node.children.isEmpty {
          looseGroups.append(looseGroup(path))
          waiting.append(contentsOf: node.children.reversed())
        } else {
          if let known = knownCandidates[path] {
            candidates.append(known)
          } else if isWorthARowByItsLimits(path) {
            becomeJob(path)
          } else {
            candidates.append(GroupActivity(path, paths))
          }
        }
      case .structure, .people:
        looseGroups.append(looseGroup(path))
        waiting.append(contentsOf: node.children.reversed())
      }
    }
  }

  /// The job that a group is by itself: a `loadline run`, a declared one, Slurm's, a container.
  private func claim(_ node: GroupTree.Node) -> (Job, pids: [Int32]?)? {
    if let record = runRecord(node.path) {
      let job = makeJob(
        node, source: .run, name: record.record.name.text, owner: record.record.uid,
        declaration: record.declaration)
      return (job, nil)
    }
    // Whose a group is costs reading its processes.
    if node.kind != .structure, !declarations.isEmpty {
      let (owner, pids) = ownerOfGroup(node.path)
      if let declaration = declarations.first(
        cgroup: node.path, owner: owner.map { users.name($0, inspector) }, command: nil,
        // A level, or a place where many things run, is not one user's job.
        byPathOnly: !isOne(node))
      {
        let job = makeJob(
          node, source: .config, name: declaration.name?.string ?? shortName(node), owner: owner,
          declaration: declaration)
        return (job, pids)
      }
    }
    guard case .job(let source, let name) = node.kind else { return nil }
    let (owner, pids) = ownerOfGroup(node.path)
    let job = makeJob(node, source: source, name: name, owner: owner, declaration: nil)
    return (job, pids)
  }

  private func add(_ job: Job, pids: [Int32]?, group: String) {
    let added = GroupJob(
      job: job, processes: pids?.count, group: group, paths: paths, limits: &limitFiles)
    added.started = pids.flatMap { startOfOldest(among: $0) }
    groupJobs.append(added)
  }

  /// When the oldest of these processes began; nil where none can be read.
  ///
  /// v2 lists them in the order in which they came, v1 by their numbers, which begin anew when they
  /// are used up: the first few of both are asked.
  func startOfOldest(among pids: [Int32]) -> Instant? {
    var asked = Array(pids.prefix(Self.mostAskedForStart))
    if pids.count > asked.count { asked += pids.sorted().prefix(Self.mostAskedForStart) }
    return asked.lazy.compactMap { self.startTime($0) }.min().map {
      Instant(ticksAfterBoot: $0)
    }
  }

  private static let mostAskedForStart = 4

  /// Whether the group is one thing rather than a place or a level that holds several.
  private func isOne(_ node: GroupTree.Node) -> Bool {
    switch node.kind {
    case .job: true
    case .candidate(let source, _): source != .cgroup || node.children.isEmpty
    case .structure, .people: false
    }
  }

  private func shortName(_ node: GroupTree.Node) -> String {
    switch node.kind {
    case .job(_, let name), .candidate(_, let name): name
    case .people, .structure:
      node.path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? "/"
    }
  }

  private func makeJob(
    _ node: GroupTree.Node, source: JobSource, name: String, owner: UInt32?,
    declaration: JobDeclaration?
  ) -> Job {
    let id = JobID.cgroup(inode: node.inode)
    let owner = owner.map { users.name($0, inspector) } ?? SafeText("–")
    let job = Job(
      id: id, name: names.claim(SafeText(name), owner: owner, for: id), owner: owner,
      source: source, cgroup: node.path, declaration: declaration)
    if name.hasPrefix("@") { askForName(of: node.path, id: id) }
    return job
  }

  /// Looks at a tenth of the quiet groups, at all of them while the box is new to us, and makes jobs
  /// of those that turn out to use something.
  func lookAtCandidates() {
    let all = ticks <= 3
    var worth: Set<String> = []
    for (position, candidate) in candidates.enumerated()
    where all || isTurn(position, everySeconds: 10) {
      if candidate.isWorthARow(&buffer) == true || isWorthARowByItsLimits(candidate.path) {
        worth.insert(candidate.path)
      }
    }
    for (position, group) in looseGroups.enumerated()
    where all || isTurn(position, everySeconds: 10) {
      let holdsJobs =
        declarations.matchTrees || loose.hasMembers(in: group.number)
        || holders.known.values.contains { $0.group == group.path }
      group.assess(&buffer, holdsJobs: holdsJobs)
    }
    guard !worth.isEmpty else { return }
    candidates.removeAll { worth.contains($0.path) }
    for path in worth.sorted() { becomeJob(path) }
  }

  /// Makes a candidate a job.
  func becomeJob(_ path: String) {
    guard let node = tree.nodes[path], case .candidate(let source, let name) = node.kind else {
      return
    }
    let (owner, pids) = ownerOfGroup(path)
    let job = makeJob(node, source: source, name: name, owner: owner, declaration: nil)
    add(job, pids: pids, group: path)
  }

  /// Whether the group has a limit of its own and a process that it is for.
  private func isWorthARowByItsLimits(_ path: String) -> Bool {
    GroupActivity.hasLimit(path, paths, &buffer) && firstProcess(path) != nil
  }

  /// What `loadline run` left on the group's directory, if whoever owns it can be believed.
  private func runRecord(_ path: String) -> (record: RunRecord, declaration: JobDeclaration)? {
    for directory in paths.all(path) {
      var bytes = [UInt8](repeating: 0, count: RunRecord.longest)
      let count = bytes.withUnsafeMutableBytes {
        getxattr(directory, RunRecord.attribute, $0.baseAddress, $0.count)
      }
      // It stands on all of them or on none.
      if count < 0, errno == ENODATA { return nil }
      guard count > 0 else { continue }
      var status = stat()
      guard lstat(directory, &status) == 0, let record = RunRecord(decoding: bytes[..<count]),
        record.isTrusted(owner: status.st_uid)
      else { continue }
      return (record, JobDeclaration(tags: record.tags, budget: record.budget))
    }
    return nil
  }

  /// The user of a group: that of its first process, else of its directory. With it come its
  /// processes, as listing them is what it costs.
  private func ownerOfGroup(_ path: String) -> (user: UInt32?, pids: [Int32]) {
    var pids: [Int32] = []
    listProcesses(path, into: &pids, &buffer)
    if let pid = pids.first, let user = user(of: pid) { return (user, pids) }
    var status = stat()
    guard let directory = paths.accounting(path), lstat(directory, &status) == 0 else {
      return (nil, pids)
    }
    return (status.st_uid, pids)
  }

  /// A process of the group or of one below it.
  func firstProcess(_ path: String) -> Int32? {
    guard let directory = paths.accounting(path) else { return nil }
    if buffer.readWhole("\(directory)/cgroup.procs") {
      var first: Int32?
      ProcessList.forEach(buffer.text) { if first == nil { first = $0 } }
      if let first { return first }
    }
    for child in tree.nodes[path]?.children ?? [] {
      if let found = firstProcess(child) { return found }
    }
    return nil
  }

  /// The processes of a group and of all groups below it.
  func listProcesses(_ path: String, into pids: inout [Int32], _ buffer: inout ReadBuffer) {
    guard let directory = paths.accounting(path) else { return }
    if buffer.readWhole("\(directory)/cgroup.procs") {
      ProcessList.forEach(buffer.text) { pids.append($0) }
    }
    for child in tree.nodes[path]?.children ?? [] { listProcesses(child, into: &pids, &buffer) }
  }

  /// The threads of a group and of all groups below it.
  func listThreads(_ path: String, into tids: inout [Int32], _ buffer: inout ReadBuffer) {
    guard let directory = paths.accounting(path) else { return }
    if buffer.readWhole("\(directory)/cgroup.threads") || buffer.readWhole("\(directory)/tasks") {
      ProcessList.forEach(buffer.text) { tids.append($0) }
    }
    for child in tree.nodes[path]?.children ?? [] { listThreads(child, into: &tids, &buffer) }
  }

  func listProcesses(_ path: String) -> [Int32] {
    var pids: [Int32] = []
    listProcesses(path, into: &pids, &buffer)
    return pids
  }

  /// Looks again for what was not there yet when the group was found: the record that
  /// `loadline run` writes right after making it, and the program a container is about to start.
  func complete(_ group: GroupJob) {
    if group.job.source == .run, group.job.declaration == nil, group.looksForRecord > 0 {
      group.looksForRecord -= 1
      guard let found = runRecord(group.group) else { return }
      group.job.declaration = found.declaration
      group.job.owner = users.name(found.record.uid, inspector)
      group.job.name = names.claim(
        SafeText(found.record.name.text), owner: group.job.owner, for: group.job.id)
    }
    if group.job.name.string.hasPrefix("@") { askForName(of: group.group, id: group.job.id) }
  }

  /// Asks what a container's first process was started as.
  private func askForName(of path: String, id: JobID) {
    guard let pid = firstProcess(path), let start = startTime(pid) else { return }
    let target = ProcessFiles.Target(pid: pid, start: start)
    assessment.containers[target] = id
    _ = inspector.ask(.command(target))
  }

  func startTime(_ pid: Int32) -> UInt64? {
    guard buffer.readWhole("\(options.roots.proc)/\(pid)/stat") else { return nil }
    return buffer.processStat?.start
  }
}
