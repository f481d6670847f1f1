import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// Plans on a real v2 hierarchy.
@Suite(.serialized, .enabled(if: Loadline.isOnV2)) struct ApplyOnV2Tests {
  private let tree = TemporaryTree()
  private var system: ControlSystem { .test(tree) }

  private func apply(_ job: LiveUnifiedJob, _ values: KnobValue...) -> TransactionReport {
    Control(system).apply(
      Plan(changes: values.map { Change(target: job.target, from: nil, to: $0) }))
  }

  @Test func everyKnobIsInForceAndUndoneByteForByte() throws {
    let job = LiveUnifiedJob("every", running: "cd /scratch 2>/dev/null; exec sleep 600")
    let before = job.limits
    let report = apply(
      job, .cores(.at(Cores(0.5))), .weight(33), .burst(0.02), .memoryHigh(.at(.mebi(40))),
      .memory(.at(.mebi(48))), .pids(.at(20)), .frozen(true))
    #expect(report.outcome == .applied, "\(report)")
    #expect(job.read("cpu.max") == "50000 100000")
    #expect(job.read("cpu.max.burst") == "20000")
    #expect(job.read("memory.high") == "41943040")
    #expect(job.read("cgroup.events").contains("frozen 1"))
    #expect(Control(system).undo().outcome == .applied)
    #expect(job.limits == before)
  }

  @Test func aCoreSetIsVerifiedByWhatIsInForceAndCannotBeEmptiedAgain() throws {
    let job = LiveUnifiedJob("set", running: "exec taskset 1 sleep 600")
    let top = try #require(CPUSet(parsing: Files.line("/sys/devices/system/cpu/online") ?? ""))
    let report = apply(job, .cpus(CPUSet([0])))
    #expect(report.outcome == .applied, "\(report)")
    #expect(job.read("cpuset.cpus.effective") == "0")
    let undo = Control(system).undo()
    #expect(undo.outcome == .applied, "\(undo)")
    #expect(CPUSet(parsing: job.read("cpuset.cpus.effective")) == top)
    #expect(apply(job, .cpus(CPUSet([4000]))).outcome == .refused)
  }

  @Test func ioIsLimitedOnTheDiskUnderTheWorkingDirectory() throws {
    let job = LiveUnifiedJob("io", running: "cd /scratch && exec sleep 600")
    let before = job.limits
    #expect(
      Loadline.eventually {
        Files.line("/proc/\(job.pid)/comm") == "sleep"
      })
    let report = apply(job, .read(.at(ByteRate(4_194_304))), .write(.at(ByteRate(8_388_608))))
    #expect(report.outcome == .applied, "\(report)")
    #expect(job.read("io.max").contains("rbps=4194304 wbps=8388608"))
    #expect(Control(system).undo().outcome == .applied)
    #expect(job.limits == before)
  }

  @Test func aLimitThatWouldKillIsRefusedAndTheJobLives() {
    let job = LiveUnifiedJob(
      "hold",
      running: "exec python3 -c 'x = bytearray(80 << 20); import time; time.sleep(600)'")
    #expect(Loadline.eventually { (Int(job.read("memory.current")) ?? 0) > 80 << 20 })
    let report = apply(job, .memory(.at(.mebi(60))))
    #expect(report.outcome == .refused)
    #expect(report.notes.first?.contains("would be killed") == true)
    #expect(job.read("memory.max") == "max")
    #expect(apply(job, .memory(.at(.mebi(120)))).outcome == .applied)
    #expect(job.read("memory.events").contains("oom_kill 0"))
  }

  @Test func pageCacheInTheWayIsReclaimedWithoutAnOutOfMemoryEvent() {
    let job = LiveUnifiedJob(
      "cache",
      running:
        "dd if=/dev/zero of=/scratch/cache bs=1M count=50 2>/dev/null; sync; echo filled; exec sleep 600"
    )
    #expect(job.says("filled"))
    #expect((Int(job.read("memory.current")) ?? 0) > 40 << 20)
    let report = apply(job, .memory(.at(.mebi(20))))
    #expect(report.outcome == .applied, "\(report)")
    #expect((Int(job.read("memory.current")) ?? .max) <= 20 << 20)
    #expect(job.read("memory.high") == "max")
    #expect(job.read("memory.max") == "20971520")
    #expect(job.read("memory.events").contains("oom 0"))
    unlink("/scratch/cache")
  }

  @Test(arguments: 0..<6) func whicheverWriteFailsEveryFileIsAsBefore(failing: Int) {
    let job = LiveUnifiedJob("fault")
    let before = job.limits
    var system = system
    system.places = FaultyPlaces(failing: [failing])
    let values: [KnobValue] = [
      .memory(.at(.mebi(64))), .memoryHigh(.at(.mebi(60))), .cores(.at(Cores(0.5))),
      .pids(.at(50)), .weight(33), .burst(0.02),
    ]
    let report = Control(system).apply(
      Plan(changes: values.map { Change(target: job.target, from: nil, to: $0) }))
    #expect(report.outcome == .rolledBack)
    #expect(job.limits == before)
  }

  @Test func tenChangesAreOneTransaction() {
    let jobs = (0..<10).map { LiveUnifiedJob("ten\($0)") }
    let start = Now.monotonic
    let report = Control(system).apply(
      Plan(
        changes: jobs.map {
          Change(target: $0.target, from: nil, to: .cores(.at(Cores(1))))
        }))
    let milliseconds = ((Now.monotonic - start) * 10_000).rounded() / 10
    print("ten changes applied and verified in \(short(milliseconds)) ms")
    #expect(report.outcome == .applied)
  }
}
