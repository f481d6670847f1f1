import CLinux
import Glibc
import Model
import Testing

@testable import Control

@Suite struct SystemdEnforcerTests {
  private func step(_ box: FakeSystemd, _ value: KnobValue) throws -> Step {
    let steps = try box.enforcer().steps(for: Change(target: box.target, from: nil, to: value))
    return try #require(steps.first)
  }

  private func reason(_ ability: JobControl.Ability?) -> String? {
    if case .fixed(_, let reason) = ability { reason } else { nil }
  }

  @Test func valuesAreWhatTheKernelEnforces() throws {
    let box = FakeSystemd()
    box.kernel("cpu.max", "150000 100000")
    box.kernel("memory.max", "1048576")
    let control = try box.enforcer().inspect(box.target)
    #expect(control.backend == .systemd)
    #expect(control.knobs[.cores] == .settable(.cores(.at(Cores(1.5)))))
    #expect(control.knobs[.memory] == .settable(.memory(.at(.mebi(1)))))
    #expect(control.knobs[.pids] == .settable(.pids(.at(2348))))
    #expect(reason(control.knobs[.burst])?.contains("no property") ?? false)
    #expect(control.knobs[.nice] == nil)
  }

  @Test func aQuotaIsSetForAsLongAsTheBoxRunsAndReadBackFromTheKernel() throws {
    let box = FakeSystemd()
    let step = try step(box, .cores(.at(Cores(0.5))))
    #expect(step.before == "")
    #expect(step.after == "50.00%")
    box.onChange(
      "echo '50000 100000' > cpu.max\n" + box.showing(["CPUQuotaPerSecUSec": "500ms"]))
    try box.places.write(step.after, to: step.place)
    #expect(box.log == ["set-property --runtime -- train.service CPUQuota=50.00%"])
    #expect(try box.places.read(step.place, like: step.after) == step.after)
    box.onChange("echo 'max 100000' > cpu.max\n" + box.showing([:]))
    try box.places.write(step.before, to: step.place)
    #expect(box.log.last == "set-property --runtime -- train.service CPUQuota=")
    #expect(try box.places.read(step.place, like: step.before) == step.before)
  }

  @Test func aPlanOfSeveralUnitsAsksOnceBeforeAndReadsTheKernelsFilesAfter() throws {
    let box = FakeSystemd()
    chmod(box.tree.path, 0o700)
    box.onChange("echo ${5#*=} > $here/cg/system.slice/$4/cpu.weight")
    func control() -> Control {
      var system = ControlSystem(
        launch: box.system(), journalDirectory: "\(box.tree.path)/journal")
      let known = KnownUnits()
      system.places = Places(
        properties: SystemdPlaces(tools: box.tools, system: box.system(), known: known))
      system.enforcers.systemd = SystemdEnforcer(box.tools, in: box.system(), known: known)
      return Control(system)
    }
    let targets = [box.target, box.another("a.service"), box.another("b.service")]
    let report = control().apply(
      Plan(changes: targets.map { Change(target: $0, from: nil, to: .weight(50)) }))
    #expect(report.outcome == .applied, "\(report)")
    #expect(box.log.count == 3)
    #expect(box.questions == 1)
    let found = control().inspect(targets)
    #expect(found.values.allSatisfy { $0.knobs[.weight] == .settable(.weight(50)) })
    #expect(found.count == 3)
    #expect(box.questions == 2)
  }

  @Test func ofSeveralUnitsThoseThatHaveEndedAreLeftOut() throws {
    let box = FakeSystemd()
    _ = box.another("a.service")
    box.tree.write("LoadState=not-found\nControlGroup=\n", to: "show-b.service")
    let units = try SystemdUnit.asked(["train.service", "b.service", "a.service"], box.tools)
    #expect(units["train.service"]?.group == box.group)
    #expect(units["a.service"]?.group == "/system.slice/a.service")
    #expect(units["b.service"] == nil)
  }

  @Test func aSuccessThatDoesNothingIsFound() throws {
    let box = FakeSystemd()
    let step = try step(box, .cpus(CPUSet([0])))
    box.onChange(box.showing(["AllowedCPUs": "0"]))
    try box.places.write(step.after, to: step.place)
    #expect(try box.places.read(step.place, like: step.after) == "0-3")
  }

  @Test func whatIsWrittenBehindItsBackIsSeen() throws {
    let box = FakeSystemd()
    box.shows(["CPUQuotaPerSecUSec": "500ms"])
    box.kernel("cpu.max", "50000 100000")
    let step = try step(box, .cores(.at(Cores(0.5))))
    #expect(try box.places.read(step.place, like: step.after) == "50.00%")
    box.kernel("cpu.max", "70000 100000")
    #expect(try box.places.read(step.place, like: step.after) == "70.00%")
  }

  @Test func memoryIsRoundedToPagesByTheKernel() throws {
    let box = FakeSystemd()
    let step = try step(box, .memory(.at(Bytes(200_000_001))))
    box.onChange(
      "echo 199999488 > memory.max\n" + box.showing(["MemoryMax": "200000001"]))
    try box.places.write(step.after, to: step.place)
    #expect(try box.places.read(step.place, like: step.after) == "200000001")
  }

  @Test func aMemoryLimitThatWouldKillIsRefused() {
    let box = FakeSystemd()
    box.kernel("memory.current", "\(100 << 20)")
    box.kernel("memory.stat", "anon \(90 << 20)\nshmem 0")
    let failure = #expect(throws: ChangeFailure.self) {
      try step(box, .memory(.at(.mebi(95))))
    }
    #expect(failure?.kind == .notNow)
    #expect(box.log == [])
  }

  @Test func cacheInTheWayIsReclaimedFirst() throws {
    let box = FakeSystemd()
    box.kernel("memory.current", "\(200 << 20)")
    box.kernel("memory.stat", "anon \(50 << 20)\nshmem 0")
    let steps = try box.enforcer().steps(
      for: Change(target: box.target, from: nil, to: .memory(.at(.mebi(100)))))
    let bytes = "\(100 << 20)"
    #expect(steps.map(\.after) == [bytes, bytes, "infinity"])
    #expect(steps.map(\.preparation) == [.none, .reclaim(to: 100 << 20), .none])
    #expect(
      box.places.effective("memory.current", of: steps[1].place) == "\(200 << 20)\n")
  }

  @Test func whatSystemdRefusesIsToldInItsWords() throws {
    let box = FakeSystemd()
    box.onChange("echo 'Failed to set unit properties: Access denied' >&2; exit 1")
    let step = try step(box, .weight(50))
    let failure = #expect(throws: ChangeFailure.self) {
      try box.places.write(step.after, to: step.place)
    }
    #expect(failure?.sentence.hasSuffix("Failed to set unit properties: Access denied") ?? false)
  }

  @Test func anAnswerThatDoesNotComeIsNotWaitedFor() throws {
    let box = FakeSystemd()
    box.onChange("sleep 30")
    var tools = box.tools
    tools.patience = 0.1
    let step = try step(box, .weight(50))
    let failure = #expect(throws: ChangeFailure.self) {
      try SystemdPlaces(tools: tools, system: box.system()).write(step.after, to: step.place)
    }
    #expect(failure?.sentence.contains("did not answer within 0.1 s") ?? false)
  }

  @Test func onlyRootChangesUnitsOfTheSystem() throws {
    let box = FakeSystemd()
    let control = try box.enforcer(uid: 1000).inspect(box.target)
    #expect(
      reason(control.knobs[.cores])
        == "Only root may change units of the system: start loadline as root.")
  }

  @Test func whatIsNotDelegatedToAUserIsSaid() throws {
    let manager = "/user.slice/user-1000.slice/user@1000.service"
    let box = FakeSystemd(group: "\(manager)/app.slice/run-1.scope")
    box.tree.write("cpu memory pids\n", to: "cg\(manager)/cgroup.controllers")
    let control = try box.enforcer(uid: 1000).inspect(box.target)
    #expect(control.backend == .systemdUser)
    #expect(reason(control.knobs[.cores]) == nil)
    #expect(reason(control.knobs[.cpus])?.contains("cpuset controller is not delegated") ?? false)
    #expect(reason(control.knobs[.frozen])?.contains("no message bus") ?? false)
    let other = try box.enforcer(uid: 1001).inspect(box.target)
    #expect(reason(other.knobs[.cores])?.contains("and root may change it") ?? false)
  }

  @Test func anotherUnitOfTheSameNameIsRefused() throws {
    let box = FakeSystemd()
    var target = box.target
    target.id = .cgroup(inode: 1)
    #expect(throws: ChangeFailure.self) { try box.enforcer().inspect(target) }
  }

  @Test func aUnitThatHasEndedIsRefused() {
    let box = FakeSystemd()
    box.shows(["LoadState": "not-found", "ControlGroup": ""])
    let failure = #expect(throws: ChangeFailure.self) { try box.enforcer().inspect(box.target) }
    #expect(failure?.sentence == "train.service has ended.")
  }

  @Test func rootAsksAUsersManagerAsThatUser() {
    var tools = SystemdTools(systemctl: "/usr/bin/systemctl")
    tools.setpriv = "/usr/bin/setpriv"
    let theirs = tools.of(user: 1000, in: .current())
    #expect(
      theirs.command("/usr/bin/systemctl", ["show"], caller: 0) == [
        "/usr/bin/setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--",
        "/usr/bin/systemctl", "--user", "show",
      ])
    #expect(
      theirs.command("/usr/bin/systemctl", ["show"], caller: 1000) == [
        "/usr/bin/systemctl", "--user", "show",
      ])
    #expect(theirs.environment.contains("XDG_RUNTIME_DIR=/run/user/1000"))
  }
}
