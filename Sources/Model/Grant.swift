/// What the kernel enforces for a job now: the tightest limit on its cgroup's path up to the root.
package struct Grant: Sendable, Hashable {
  /// CPU time per time: the least of the quotas on the path and the size of the core set;
  /// unlimited when neither is narrower than the box.
  package var cores: Limit<Cores> = .unlimited
  /// The CPUs its processes may run on; nil when unknown.
  package var cpus: CPUSet?
  /// `cpu.weight` (1…10000, 100 is ordinary); v1 `cpu.shares` translated as systemd does.
  package var weight: Int?
  /// Usage beyond it is killed (`memory.max`, v1 `memory.limit_in_bytes`).
  package var memory: Limit<Bytes> = .unlimited
  /// Usage beyond it is reclaimed and slowed (`memory.high`); v1 has none.
  package var memoryHigh: Limit<Bytes> = .unlimited
  package var read: Limit<ByteRate> = .unlimited
  package var write: Limit<ByteRate> = .unlimited

  package init() {}
}

extension Grant {
  /// Where memory's load line stands: the tighter of what reclaims and what kills.
  package var memoryLine: Limit<Bytes> { memory.tightened(by: memoryHigh) }
}
