import Glibc
import Model
import Testing

@testable import Control

/// What is read, written and refused on cgroup v2, on made trees; ``ApplyOnV2Tests`` has the live
/// ones.
@Suite struct UnifiedGroupTests {
  @Test func everyKnobIsWrittenAsTheKernelTakesItAndUndone() throws {
    var box = UnifiedBox()
    box.kernel = { _, file, text in
      switch file {
      case "cpuset.cpus": [file: text, "cpuset.cpus.effective": text.isEmpty ? "0-3" : text]
      case "cgroup.freeze": [file: text, "cgroup.events": "populated 0\nfrozen \(text)"]
      default: [file: text]
      }
    }
    box.job("/j", ["cpu.max": "100000 50000"])
    let report = box.apply(
      "/j", .cores(.at(Cores(1.5))), .weight(300), .burst(0.01), .cpus(CPUSet([1, 2])),
      .memoryHigh(.at(.mebi(10))), .memory(.at(Bytes((20 << 20) + 5))), .pids(.at(7)),
      .frozen(true))
    #expect(report.outcome == .applied, "\(report)")
    #expect(box.read("/j", "cpu.max") == "75000 50000")
    #expect(box.read("/j", "cpu.weight") == "300")
    #expect(box.read("/j", "cpu.max.burst") == "10000")
    #expect(box.read("/j", "cpuset.cpus") == "1-2")
    #expect(box.read("/j", "memory.high") == "10485760")
    #expect(box.read("/j", "memory.max") == "20971520")
    #expect(box.read("/j", "pids.max") == "7")
    #expect(box.read("/j", "cgroup.freeze") == "1")
    #expect(report.notes.contains { $0.contains("stands still") })
    #expect(Control(box.system).undo().outcome == .applied)
    #expect(box.read("/j", "cpu.max") == "100000 50000")
    #expect(box.read("/j", "cpuset.cpus") == "")
    #expect(box.read("/j", "memory.max") == "max")
    #expect(box.read("/j", "cgroup.freeze") == "0")
  }

  @Test func aCoreSetThatDoesNotComeIntoForceIsTakenBack() {
    var box = UnifiedBox()
    // As where the parent's set changed in between: accepted, and ineffective.
    box.kernel = { _, file, text in
      file == "cpuset.cpus" ? [file: text, "cpuset.cpus.effective": "0-3"] : [file: text]
    }
    box.job("/j")
    let report = box.apply("/j", .cpus(CPUSet([1])))
    #expect(report.outcome == .rolledBack)
    #expect(box.read("/j", "cpuset.cpus") == "")
  }

  @Test func coresOutsideTheGroupAboveAreRefusedByName() {
    let box = UnifiedBox()
    box.group(
      "/p", ["cpuset.cpus.effective": "0-1", "cgroup.controllers": "cpu cpuset memory io pids"])
    box.job("/p/j")
    #expect(
      box.refusal("/p/j", .cpus(CPUSet([1, 2])))?.sentence
        == "CPU 2 is not in the core set of the group above, \(box.tree.path)/cg/p, which has 0-1: widen that one first."
    )
  }

  @Test func theLimitsAboveAreTheTightestOnThePathAndNoChangeGoesBeyond() throws {
    let box = UnifiedBox()
    let all = "cpu cpuset memory io pids"
    box.group(
      "/a",
      [
        "cgroup.controllers": all, "cpu.max": "200000 100000", "memory.max": "8388608",
        "cpuset.cpus.effective": "0-2",
      ])
    box.group(
      "/a/b",
      [
        "cgroup.controllers": all, "cpu.max": "max 100000", "memory.max": "16777216",
        "cpuset.cpus.effective": "0-1",
      ])
    box.job("/a/b/j")
    let found = try #require(Control(box.system).inspect([box.target("/a/b/j")]).values.first)
    #expect(found.backend == .cgroup2)
    #expect(
      found.above
        == JobControl.Bounds(
          cores: .at(Cores(2)), cpus: CPUSet([0, 1]), memory: .at(.mebi(8))))
    #expect(box.refusal("/a/b/j", .cores(.at(Cores(2.5))))?.kind == .notNow)
    #expect(box.refusal("/a/b/j", .memory(.at(.mebi(9))))?.kind == .notNow)
    #expect(box.apply("/a/b/j", .cores(.at(Cores(2)))).outcome == .applied)
  }

  @Test func aMemoryLimitThatWouldKillIsRefusedBeforeAnythingIsWritten() {
    let box = UnifiedBox()
    box.job(
      "/j",
      [
        "memory.current": "\(300 << 20)",
        "memory.stat":
          "anon \(150 << 20)\nfile \(120 << 20)\nshmem \(20 << 20)\nkernel \(40 << 20)\nsock 0\nslab_reclaimable \(10 << 20)\nunevictable 0",
      ])
    // 150 + 20 + 40 - 10 MiB, and a tenth.
    let failure = box.refusal("/j", .memory(.at(.mebi(219))))
    #expect(failure?.kind == .notNow)
    #expect(
      failure?.sentence
        == "It holds 200 MiB that cannot be reclaimed and would be killed: the least limit now is 220 MiB, a tenth more."
    )
    #expect(box.read("/j", "memory.max") == "max")
    #expect(box.read("/j", "memory.high") == "max")
  }

  @Test func pageCacheInTheWayIsReclaimedFirst() {
    var box = UnifiedBox()
    let writes = Flag()
    box.kernel = { directory, file, text in
      // Reclaim gives back what it is asked for.
      guard file == "memory.reclaim" else { return [file: text] }
      writes.set()
      let now = Files.line("\(directory)/memory.current").flatMap { Int($0) } ?? 0
      return ["memory.current": "\(now - (Int(text) ?? 0))"]
    }
    box.job(
      "/j",
      [
        "memory.current": "\(300 << 20)", "memory.reclaim": "",
        "memory.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=5",
        "memory.stat": "anon \(100 << 20)\nfile \(200 << 20)\nshmem 0\nkernel 0",
      ])
    let report = box.apply("/j", .memory(.at(.mebi(128))))
    #expect(report.outcome == .applied, "\(report)")
    #expect(writes.isSet)
    #expect(box.read("/j", "memory.max") == "\(128 << 20)")
    #expect(box.read("/j", "memory.high") == "max")
    #expect(box.read("/j", "memory.current") == "\(128 << 20)")
  }

  @Test func memoryThatStaysIsNotLimited() {
    let box = UnifiedBox()
    box.job(
      "/j",
      [
        "memory.current": "\(300 << 20)", "memory.reclaim": "",
        "memory.stat": "anon \(100 << 20)\nfile \(200 << 20)\nshmem 0\nkernel 0",
      ])
    let report = box.apply("/j", .memory(.at(.mebi(128))))
    #expect(report.outcome == .rolledBack)
    #expect(box.read("/j", "memory.max") == "max")
    #expect(box.read("/j", "memory.high") == "max")
  }

  @Test func aBurstStaysWithinTheQuotaInBothDirections() {
    let box = UnifiedBox()
    box.job("/j", ["cpu.max": "100000 100000", "cpu.max.burst": "80000"])
    #expect(box.refusal("/j", .burst(0.2))?.kind == .notNow)
    #expect(box.apply("/j", .cores(.at(Cores(0.5)))).outcome == .applied)
    #expect(box.read("/j", "cpu.max.burst") == "50000")
    // The quota that the plan gives counts before it is written.
    #expect(box.apply("/j", .cores(.at(Cores(2))), .burst(0.15)).outcome == .applied)
    #expect(box.read("/j", "cpu.max.burst") == "150000")
  }

  @Test func aControllerThatIsNotEnabledIsSaidWithTheCommand() throws {
    let box = UnifiedBox()
    box.group("/p", ["cgroup.controllers": "cpu", "cgroup.procs": "", "cgroup.type": "domain"])
    box.job("/p/j", ["cgroup.controllers": "cpu", "cgroup.type": "domain"])
    let found = try #require(Control(box.system).inspect([box.target("/p/j")]).values.first)
    let top = box.tree.path + "/cg"
    #expect(
      found.knobs[.memory]
        == .fixed(
          nil,
          reason:
            "The memory controller is not enabled for it: as root, echo +memory > \(top)/cgroup.subtree_control; echo +memory > \(top)/p/cgroup.subtree_control."
        ))
    box.group("/p", ["cgroup.procs": "12"])
    guard
      case .fixed(nil, let reason)? = Control(box.system).inspect([box.target("/p/j")])
        .values.first?.knobs[.cpus]
    else {
      Issue.record("settable")
      return
    }
    #expect(reason.contains("cannot be while \(top)/p holds processes"))
  }

  @Test func aThreadedGroupHasNoMemoryLimit() throws {
    let box = UnifiedBox()
    box.job("/j", ["cgroup.controllers": "cpu", "cgroup.type": "threaded"])
    let found = try #require(Control(box.system).inspect([box.target("/j")]).values.first)
    #expect(
      found.knobs[.memory]
        == .fixed(nil, reason: "Its cgroup is threaded: only a domain has memory limits."))
  }

  @Test func theCoreSetOfARunningJobIsUndoneToAllThatIsAboveAsItCannotBeEmptied() {
    var box = UnifiedBox()
    box.kernel = { _, file, text in
      file == "cpuset.cpus" ? [file: text, "cpuset.cpus.effective": text] : [file: text]
    }
    box.job("/j", ["cgroup.events": "populated 1\nfrozen 0"])
    #expect(box.apply("/j", .cpus(CPUSet([1]))).outcome == .applied)
    let undo = Control(box.system).undo()
    #expect(undo.outcome == .applied)
    #expect(box.read("/j", "cpuset.cpus") == "0-3")
    #expect(undo.notes.contains { $0.contains("0-3 instead of nothing") })
    // What a person calls all is the same.
    #expect(box.apply("/j", .cpus(CPUSet([1]))).outcome == .applied)
    #expect(box.apply("/j", .cpus(CPUSet())).outcome == .applied)
    #expect(box.read("/j", "cpuset.cpus") == "0-3")
  }

  @Test func ioLimitsAreSetOnTheDisksThatHaveThemWordByWord() throws {
    var box = UnifiedBox()
    box.kernel = { directory, file, text in
      guard file == "io.max" else { return [file: text] }
      let words = text.split(separator: " ")
      let lines = (Files.text("\(directory)/io.max") ?? "").split(separator: "\n").map { line in
        line.split(separator: " ").map { word in
          line.hasPrefix("\(words[0]) ") && word.prefix(5) == words[1].prefix(5) ? words[1] : word
        }.joined(separator: " ")
      }
      return [file: lines.joined(separator: "\n")]
    }
    let before = "8:0 rbps=max wbps=1000 riops=max wiops=max 8:16 rbps=500 wbps=max riops=9"
    box.job("/j", ["io.max": before.replacing(" 8:16", with: "\n8:16")])
    let found = try #require(Control(box.system).inspect([box.target("/j")]).values.first)
    #expect(found.knobs[.read] == .settable(.read(.at(ByteRate(500)))))
    #expect(found.knobs[.write] == .settable(.write(.at(ByteRate(1000)))))
    let report = box.apply("/j", .read(.at(ByteRate(700))), .write(.unlimited))
    #expect(report.outcome == .applied, "\(report)")
    #expect(
      box.read("/j", "io.max")
        == "8:0 rbps=700 wbps=max riops=max wiops=max 8:16 rbps=700 wbps=max riops=9")
    #expect(Control(box.system).undo().outcome == .applied)
    #expect(box.read("/j", "io.max") == before)
  }

  @Test(arguments: [
    KnobValue.weight(0), .weight(10_001), .cores(.at(Cores(0))), .cores(.at(Cores(.nan))),
    .cores(.at(Cores(-1))), .cores(.at(Cores(1e300))), .burst(-1), .burst(.infinity),
    .pids(.at(0)), .memory(.at(Bytes(-5))), .memory(.at(Bytes(1))), .read(.at(ByteRate(0))),
    .write(.at(ByteRate(.nan))), .nice(3), .ioPriority(.idle),
  ])
  func whatNoKernelTakesIsRefused(value: KnobValue) {
    let box = UnifiedBox()
    box.job("/j", ["io.max": "8:0 rbps=1"])
    #expect(box.refusal("/j", value) != nil)
  }

  @Test func jobsOfOtherOwnersAreReadAndLeftAloneWithTheReason() throws {
    let box = UnifiedBox()
    let path = "/kubepods/burstable/pod1"
    box.job(path, ["cpu.max": "200000 100000"])
    let found = try #require(Control(box.system).inspect([box.target(path)]).values.first)
    #expect(found.backend == .kubernetes)
    #expect(
      found.knobs[.cores]
        == .fixed(
          .cores(.at(Cores(2))),
          reason:
            "Kubernetes owns it and would write its own limits again: change the pod's resources."))
    #expect(box.apply(path, .cores(.unlimited)).outcome == .refused)
    #expect(box.read(path, "cpu.max") == "200000 100000")
  }

  @Test func readOnlyChangesNothing() throws {
    let box = UnifiedBox()
    box.job("/j")
    var system = box.system
    system.isReadOnly = true
    let control = Control(system)
    let target = box.target("/j")
    let report = control.apply(
      Plan(changes: [Change(target: target, from: nil, to: .weight(5))]))
    #expect(report.outcome == .refused)
    #expect(control.undo().outcome == .refused)
    #expect(control.signal(target, number: 15).outcome == .refused)
    #expect(
      control.inspect([target])[target.id]?.knobs[.weight]
        == .fixed(.weight(100), reason: "loadline was started with --read-only."))
    #expect(!Files.exists(box.tree.path + "/journal"))
  }
}
