import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// What the built program writes and the kernel enforces on a real v2 hierarchy.
@Suite(.serialized, .enabled(if: Loadline.isOnV2)) struct LaunchOnV2Tests {
  private func file(_ name: String, _ file: String) -> String? { Loadline.file("cpu", name, file) }

  /// A disk that is there to be limited: the one under `/scratch`, as `major:minor`.
  private static let disk: String? = {
    var status = stat()
    guard stat("/scratch", &status) == 0, status.st_dev >> 8 != 0 else { return nil }
    return "\(DiskNumber(status.st_dev))"
  }()

  @Test func everyLimitIsInTheJobsFiles() throws {
    let name = Loadline.name("limits")
    let job = RunningProgram(onTerminal: [
      Loadline.program, "run", "--name", name, "--cores", "0.5", "--memory", "64MiB",
      "--memory-high", "48MiB", "--weight", "50", "--cpus", "0", "--tag", "team=vision", "--", "sh",
      "-c", "echo ready; read x; exit 0",
    ])
    #expect(job.says("ready"), "\(job.text)")
    #expect(file(name, "cpu.max") == "50000 100000")
    #expect(file(name, "cpu.weight") == "50")
    #expect(file(name, "memory.max") == "67108864")
    #expect(file(name, "memory.high") == "50331648")
    #expect(file(name, "memory.swap.max") == "0")
    #expect(file(name, "cpuset.cpus") == "0")
    #expect(file(name, "cpuset.cpus.effective") == "0")
    #expect(file(name, "cgroup.type") == "domain")
    let record = try #require(RunRecords.onGroup("\(Loadline.mount("cpu"))/loadline/\(name)"))
    #expect(record.limits.memory == .mebi(64))
    #expect(record.tags == ["team": SafeText("vision")])
    #expect(record.pid == job.pid)
    job.type("\n")
    #expect(job.wait() == 0)
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }

  @Test(.enabled(if: disk != nil, "needs a disk at /scratch"))
  func ioLimitsGoToTheDiskUnderTheWorkingDirectory() throws {
    let name = Loadline.name("io")
    let job = RunningProgram(onTerminal: [
      "sh", "-c",
      "cd /scratch && exec \(Loadline.program) run --name \(name) --io-read 4MB/s --io-write 8MiB/s -- sh -c 'echo ready; read x'",
    ])
    #expect(job.says("ready"), "\(job.text)")
    let disk = try #require(Self.disk)
    #expect(file(name, "io.max") == "\(disk) rbps=4000000 wbps=8388608 riops=max wiops=max")
    job.type("\n")
    #expect(job.wait() == 0)
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }

  @Test func theQuotaThrottles() throws {
    let name = Loadline.name("quota")
    let job = RunningProgram([
      Loadline.program, "run", "--name", name, "--cores", "0.2", "--", "sh", "-c",
      "echo ready; while :; do :; done",
    ])
    #expect(job.says("ready"))
    func counted(_ word: String) -> Int {
      let text = Loadline.text("\(Loadline.mount("cpu"))/loadline/\(name)/cpu.stat") ?? ""
      let line = text.split(separator: "\n").first { $0.hasPrefix("\(word) ") }
      return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
    #expect(Loadline.eventually { counted("nr_periods") >= 10 })
    // 20 ms in each period that it was awake in, and at most one period more has begun.
    #expect(counted("usage_usec") <= 22_000 * (counted("nr_periods") + 1))
    #expect(counted("nr_throttled") >= counted("nr_periods") / 2)
  }

  @Test func theMemoryLimitKillsWhatExceedsIt() {
    let name = Loadline.name("memory")
    let outcome = RunningProgram.loadline(
      "--name", name, "--memory", "32MiB", "--", "sh", "-c",
      "head -c 100m /dev/zero | tail -c 100m | wc -c; exit 0")
    #expect(outcome.output == "0\n")
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }
}
