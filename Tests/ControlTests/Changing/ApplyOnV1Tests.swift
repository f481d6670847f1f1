import Glibc
import Model
import Testing

@testable import Control

/// Plans on this machine's real hierarchies.
@Suite(.serialized, .enabled(if: Loadline.isPossible)) struct ApplyOnV1Tests {
  private let tree = TemporaryTree()
  private var system: ControlSystem { .test(tree) }

  @Test func coresAndMemoryAreAppliedVerifiedAndUndoneByteForByte() throws {
    let job = LiveJob("story")
    let control = Control(system)
    let before = job.limits
    let report = control.apply(
      Plan(changes: [
        job.change(.memory(.at(.mebi(64))), on: system),
        job.change(.cores(.at(Cores(0.5))), on: system),
      ]))
    #expect(report.outcome == .applied)
    #expect(job.read("cpu", "cpu.cfs_quota_us") == "50000")
    #expect(job.read("memory", "memory.limit_in_bytes") == "67108864")
    #expect(
      report.changes.map(\.state) == [
        .verified(actual: .memory(.at(.mebi(64)))), .verified(actual: .cores(.at(Cores(0.5)))),
      ])
    let undo = control.undo()
    #expect(undo.outcome == .applied)
    #expect(job.limits == before)
    #expect(try control.journal(limit: 9).map(\.outcome) == [.applied, .undone])
    #expect(control.redo().outcome == .applied)
    #expect(job.read("cpu", "cpu.cfs_quota_us") == "50000")
    #expect(control.undo().outcome == .applied)
    #expect(job.limits == before)
    #expect(control.undo().notes == ["There is nothing to undo."])
  }

  @Test func whatCanBeSetIsToldWithItsValueAndTheRestWithTheReason() throws {
    let job = LiveJob("inspect")
    let found = try #require(Control(system).inspect([job.target])[job.target.id])
    #expect(found.backend == .cgroup1)
    #expect(found.knobs[.cores] == .settable(.cores(.unlimited)))
    #expect(found.knobs[.weight] == .settable(.weight(100)))
    #expect(found.knobs[.memory] == .settable(.memory(.unlimited)))
    #expect(
      found.knobs[.memoryHigh] == .fixed(nil, reason: "cgroup v1 has no memory.high."))
    #expect(
      found.knobs[.cpus]
        == .fixed(
          nil,
          reason:
            "The job has no group in the cpuset hierarchy: end it, and start it with loadline run.")
    )
    #expect(found.above.cores == .unlimited)
    #expect(!found.above.cpus.isEmpty)
  }

  @Test func theCommandsAreWhatAnOperatorWouldType() {
    let job = LiveJob("describe")
    let commands = Control(system).describe(
      Plan(changes: [
        job.change(.cores(.at(Cores(1.5))), on: system), job.change(.weight(0), on: system),
      ]))
    #expect(
      commands == [
        ["echo 150000 > \(job.directory("cpu"))/cpu.cfs_quota_us"],
        ["# A weight is from 1 to 10000, where 100 is ordinary."],
      ])
  }

  @Test func aGroupMadeAgainUnderTheSameNameIsRefused() {
    let target: Target
    do {
      let job = LiveJob("again")
      target = job.target
    }
    let job = LiveJob("again")
    let report = Control(system).apply(
      Plan(changes: [Change(target: target, from: nil, to: .cores(.at(Cores(1))))]))
    #expect(report.outcome == .refused)
    #expect(report.notes.first?.contains("removed and made again") == true)
    #expect(job.read("cpu", "cpu.cfs_quota_us") == "-1")
  }
}
