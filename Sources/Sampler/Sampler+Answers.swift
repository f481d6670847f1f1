import Model

/// What the inspector has found out in the meantime.
extension Sampler {
  /// Takes over what the inspector has found out.
  func takeAnswers() {
    for answer in inspector.takeAnswers() {
      switch answer {
      case .user(let id, let name): users.learn(id, name)
      case .command(let target, let arguments, let notebook):
        learn(target, arguments ?? [], notebook: notebook)
      case .memory(let id, let memory): learn(id, memory)
      case .gpus(let id, let gpus):
        groupJobs.first { $0.job.id == id }?.job.startedWith = gpus
      }
    }
  }

  private func learn(_ target: ProcessFiles.Target, _ arguments: [String], notebook: String?) {
    if let id = assessment.containers.removeValue(forKey: target) {
      nameContainer(id, arguments)
      return
    }
    if opened.commands[target] != nil {
      opened.commands[target] = SafeText(Redaction.line(arguments))
    }
    guard loose.process(target.pid)?.start == target.start else { return }
    assessment.arguments[target] = arguments
    if let notebook { assessment.notebooks[target] = notebook }
    loose.learn(target, arguments: arguments)
    if loose.process(target.pid)?.isEponym ?? false { rename(target) }
  }

  /// `@3fa9c2` becomes `train.py@3fa9c2`.
  private func nameContainer(_ id: JobID, _ arguments: [String]) {
    guard let group = groupJobs.first(where: { $0.job.id == id }),
      !CommandName.isContainerRuntime(arguments),
      let name = CommandName.name(of: arguments), let at = group.job.name.string.firstIndex(of: "@")
    else { return }
    let wanted = SafeText(name + group.job.name.string[at...].prefix { $0 != "#" })
    group.job.name = names.claim(wanted, owner: group.job.owner, for: id)
  }

  /// Whether a reading is within a hundredth of what the one before and the resident sizes said.
  private func isAsForetold(_ memory: Inspector.TreeMemory?, of tree: CommandTree) -> Bool {
    guard let memory, let last = tree.memory else { return false }
    let change =
      LooseProcesses.bytes(pages: tree.residentAtAsking)
      - LooseProcesses.bytes(pages: tree.residentAtReading)
    let error = abs((memory.proportional - last.proportional - change).count)
    return error <= max(1 << 20, memory.proportional.count / 100)
  }

  private func learn(_ id: JobID, _ memory: Inspector.TreeMemory?) {
    if let tree = loose.trees.values.first(where: { $0.id == id }) {
      let isAsForetold = isAsForetold(memory, of: tree)
      let every = Self.memoryEverySeconds
      tree.memoryEverySeconds =
        isAsForetold ? min(every.most, 2 * tree.memoryEverySeconds) : every.least
      tree.memory = memory
      tree.residentAtReading = tree.residentAtAsking
      if memory == nil { estimateMemory(of: tree) }
    } else if case .tree(let pid, let start) = id, let memory,
      memory.proportional >= GroupActivity.worthMemory
    {
      assessment.heavy.insert(ProcessFiles.Target(pid: pid, start: start))
      assessment.wantsSorting = true
    }
  }
}
