import Glibc
import Host
import Model
import Testing

@testable import Sampler

/// What command trees of real processes used, against a v2 group that they are in beside.
///
/// The sampler finds them loose in the v1 hierarchy of CPU accounting; the v2 hierarchy has groups of
/// its own, whose `cpu.stat` the kernel keeps exactly.
@Suite(
  .serialized, .enabled(if: LiveGroup.isPossible && Live.hasPrograms, "\(LiveGroup.need), python3"))
struct LiveUsageTests {
  /// How much may be missing or too much.
  private static let tolerance = 0.03

  @Test(arguments: ["workers", "generations", "late", "ignoring"])
  func workersAreCountedOnce(kind: String) throws {
    try check(kind) { "python3 \($0.path("burn.py")) \(kind) \($0.mark)" }
  }

  @Test func aStormOfShortProcessesIsCountedOnce() throws {
    try check("storm") { "sh \($0.path("storm.sh")) \($0.mark)" }
  }

  private func check(_ name: String, _ line: (Scripts) -> String) throws {
    let scripts = Scripts(name)
    let group = try #require(LiveGroup(name, in: ["unified"]))
    let shell = try #require(LiveShell())
    shell.type("(echo $BASHPID > \(group.entries[0]); exec \(line(scripts))) &")
    func used() -> Double {
      let text = group.read("unified", "cpu.stat")
      return Double(LiveGroup.number("usage_usec", in: text) ?? 0) / 1e6
    }
    let sampler = scripts.sampler()
    let found = sampler.sample { sample in
      sample.jobs.contains { $0.job.source == .config } && used() > 0.5
    }
    let id = try #require(found.jobs.first { $0.job.source == .config }?.job.id)
    func tree(_ sample: Sample) -> Double? {
      sample.jobs.first { $0.job.id == id }?.cpu.usage.map { Double($0) / 1e9 }
    }
    let (before1, first, before2) = (used(), tree(sampler.sample()), used())
    let end = Clock.now.advanced(bySeconds: 2)
    while Clock.now < end {
      usleep(100_000)
      _ = sampler.sample()
    }
    let (after1, last, after2) = (used(), tree(sampler.sample()), used())
    let counted = try #require(last) - (try #require(first))
    // The kernel's clock ticks of 10 ms are as fine as it tells of processes.
    let least = (after1 - before2) * (1 - Self.tolerance) - 0.03
    let most = (after2 - before1) * (1 + Self.tolerance) + 0.03
    print("\(name): \(counted) s counted, \(after1 - before2) to \(after2 - before1) s used")
    #expect(counted >= least)
    #expect(counted <= most)
    shell.process.end()
    endAll(of: group)
  }

  /// Ends what is left in the group, whatever session it is in.
  private func endAll(of group: LiveGroup) {
    for line in group.read("unified", "cgroup.procs").split(separator: "\n") {
      if let pid = pid_t(line), pid > 1 { kill(pid, SIGKILL) }
    }
  }

  @Test func memoryIsTheSumOfProportionalSizes() throws {
    let scripts = Scripts("memory")
    let shell = try #require(LiveShell())
    shell.type("python3 \(scripts.path("hold.py")) 64 3 \(scripts.mark)")
    func isOurs(_ job: JobReading) -> Bool { job.job.source == .config }
    // Still once four processes hold what they shall: the half shared, the other half each its own.
    var sum: Int64 = 0
    let sampler = scripts.sampler()
    _ = sampler.sample { sample in
      guard let job = sample.jobs.first(where: isOurs),
        let processes = sampler.processes(of: job.job.id)?.processes, processes.count == 4
      else { return false }
      let now = processes.reduce(Int64(0)) { $0 + Self.proportional($1.pid) }
      defer { sum = now }
      return now > 150 << 20 && now == sum
    }
    // A sampler that comes only now reads it at once.
    let sample = scripts.sampler().sample { $0.jobs.first(where: isOurs)?.memory.readAt != nil }
    let memory = try #require(sample.jobs.first(where: isOurs)?.memory)
    let read = try #require(memory.proportional)
    print("memory: \(read.count >> 10) KiB read, \(sum >> 10) KiB summed")
    #expect(abs(Double(read.count - sum)) <= Double(sum) * 0.02)
    #expect(!memory.isEstimate)
  }

  private static func proportional(_ pid: Int32) -> Int64 {
    let text = LiveGroup.read("/proc/\(pid)/smaps_rollup")
    return Int64(LiveGroup.number("Pss:", in: text) ?? 0) << 10
  }
}
