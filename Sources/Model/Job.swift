/// What makes a job the same job from one sample to the next, whatever it is called. A GPU, which is no
/// job, has one too: drafts and the journal name by it what they change.
package enum JobID: Sendable, Hashable, CustomStringConvertible {
  /// A cgroup, by its inode number; a cgroup made again under the same name is another job.
  case cgroup(inode: UInt64)
  /// A command tree, by its root process: pid and start time in clock ticks after boot.
  case tree(pid: Int32, start: UInt64)
  /// A GPU, as a target of changes; no job of a sample has it.
  case gpu(GPUID)

  /// The form used in JSON, on the command line and in the journal: `cgroup-4711`, `tree-812-99321`,
  /// `gpu-GPU-00000000-…`, `gpu-0000:03:00.0`.
  package var description: String {
    switch self {
    case .cgroup(let inode): "cgroup-\(inode)"
    case .tree(let pid, let start): "tree-\(pid)-\(start)"
    case .gpu(let id): "gpu-\(id.text)"
    }
  }
}

/// What a job was recognised by. The raw value is its word in JSON.
package enum JobSource: String, Sendable, Hashable, CaseIterable {
  case run, config, slurm, docker, podman, kubernetes, systemd, cgroup, process
  /// No job: a device that is changed.
  case gpu
}

/// A named set of processes with one owner. What it uses is in ``JobMoment``.
package struct Job: Sendable, Hashable, Identifiable {
  package let id: JobID
  /// Unique among the jobs of its owner; `train.py#2` where the name was taken.
  package var name: SafeText
  /// The user's name, or the number where there is none.
  package var owner: SafeText
  package var source: JobSource
  /// The cgroup that is the job (its path below the hierarchy's root, starting with `/`);
  /// nil for a command tree, which shares a cgroup with others.
  package var cgroup: String?
  package var declaration: JobDeclaration?
  /// GPUs that its scheduler started it with, by index or UUID.
  package var startedWith: [SafeText] = []

  package init(
    id: JobID, name: SafeText, owner: SafeText, source: JobSource, cgroup: String? = nil,
    declaration: JobDeclaration? = nil
  ) {
    self.id = id
    self.name = name
    self.owner = owner
    self.source = source
    self.cgroup = cgroup
    self.declaration = declaration
  }

  package var budget: Budget { declaration?.budget ?? Budget() }
  package var tags: [String: SafeText] { declaration?.tags ?? [:] }
}
