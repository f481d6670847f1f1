import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// What the built program writes and the kernel enforces on real v1 hierarchies.
@Suite(.serialized, .enabled(if: Loadline.isOnV1)) struct LaunchOnV1Tests {
  @Test func everyLimitIsInTheJobsFiles() throws {
    let name = Loadline.name("limits")
    let job = RunningProgram(onTerminal: [
      Loadline.program, "run", "--name", name, "--cores", "0.25", "--memory", "64MiB", "--weight",
      "50", "--cpus", "0", "--tag", "team=vision", "--", "sh", "-c", "echo ready; read x; exit 0",
    ])
    #expect(job.says("ready"))
    #expect(Loadline.file("cpu", name, "cpu.cfs_quota_us") == "25000")
    #expect(Loadline.file("cpu", name, "cpu.shares") == "512")
    #expect(Loadline.file("memory", name, "memory.limit_in_bytes") == "67108864")
    #expect(Loadline.file("cpuset", name, "cpuset.cpus") == "0")
    let record = try #require(RunRecords.onGroup("\(Loadline.mount("memory"))/loadline/\(name)"))
    #expect(record.name.text == name)
    #expect(record.limits.memory == .mebi(64))
    #expect(record.tags == ["team": SafeText("vision")])
    #expect(record.pid == job.pid)
    job.type("\n")
    #expect(job.wait() == 0)
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }

  @Test func aQuotaHoldsTheCPUTimeDown() throws {
    let name = Loadline.name("quota")
    let job = RunningProgram([
      Loadline.program, "run", "--name", name, "--cores", "0.2", "--", "sh", "-c",
      "echo ready; while :; do :; done",
    ])
    try #require(job.says("ready"), "\(job.outcome())")
    func usage() -> Int { Loadline.file("cpuacct", name, "cpuacct.usage").flatMap { Int($0) } ?? 0 }
    func now() -> Int {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
    let (usedBefore, before) = (usage(), now())
    // 200 ms of CPU time are ten periods at this quota: at least 0.9 s, where unlimited takes 0.2.
    #expect(Loadline.eventually { usage() - usedBefore >= 200_000_000 })
    let share = Double(usage() - usedBefore) / Double(now() - before)
    #expect(share < 0.25)
  }

  @Test func theMemoryLimitKillsWhatExceedsIt() {
    let name = Loadline.name("memory")
    let outcome = RunningProgram.loadline(
      "--name", name, "--memory", "32MiB", "--", "sh", "-c",
      "head -c 200m /dev/zero | tail -c 200m | wc -c; exit 0")
    #expect(outcome.output == "0\n", "\(outcome)")
  }
}
