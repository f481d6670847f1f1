import Model
import Testing

@testable import Control

@Suite struct SystemdScopeTests {
  private func properties(_ limits: RunLimits) -> [String] {
    let plan = LimitPlan(
      limits,
      in: LimitPlan.Surroundings(
        support: LimitPlanTests.v2, box: LimitPlanTests.box,
        disks: [DiskNumber(major: 254, minor: 0)]))
    return plan.settings.compactMap(SystemdScope.property)
  }

  @Test func everyLimitHasItsProperty() {
    #expect(
      properties(LimitPlanTests.everything) == [
        "AllowedCPUs=0-3", "CPUQuota=250.00%", "CPUWeight=50", "MemoryMax=9998336",
        "MemorySwapMax=0",
        "MemoryHigh=8998912", "IOReadBandwidthMax=/dev/block/254:0 5000000",
        "IOWriteBandwidthMax=/dev/block/254:0 1000000",
      ])
  }

  @Test(arguments: [(0.01, "1.00%"), (0.3333, "33.33%"), (1.005, "100.50%"), (64, "6400.00%")])
  func quotasKeepHundredthsOfAPercent(cores: Double, quota: String) {
    #expect(properties(RunLimits(cores: Cores(cores))) == ["CPUQuota=\(quota)"])
  }

  @Test func theCommandFollowsTheLastDashes() {
    let arguments = SystemdScope.arguments(name: RunName(command: "train"), settings: [])
    #expect(arguments.contains("--unit=loadline-train.scope"))
    #expect(arguments.last == "--")
  }
}

@Suite struct ScopeStageTests {
  private func stage(command: [String]) -> ScopeStage {
    let plan = LimitPlan(
      LimitPlanTests.everything,
      in: LimitPlan.Surroundings(
        support: ControllerSupport(
          interfaces: [.cpu: .v2, .cpuset: .v2, .memory: .v2, .io: .v2], reason: "not delegated"),
        box: LimitPlanTests.box, disks: LimitPlanTests.disks))
    return ScopeStage(
      record: RunRecord(name: RunName(command: "a"), uid: 1000, pid: 5, start: 6, time: 7),
      environment: ["XDG_RUNTIME_DIR": nil, "INVOCATION_ID": "a=b"], lock: 3,
      settings: plan.settings, path: Array("/bin/sh".utf8),
      command: command.map { Array($0.utf8) })
  }

  @Test(arguments: [
    ["sh"], ["sh", "-c", "echo $HOME ${X} %s \\ \u{1B}[m é\n", "", "--", "-p"],
  ])
  func comesThroughSystemdRunUnchanged(command: [String]) throws {
    let stage = stage(command: command)
    let encoded = try #require(stage.encoded())
    #expect(ScopeStage(decoding: encoded) == stage)
    let plain = encoded.allSatisfy { word in
      word.hasPrefix("=") && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
    #expect(plain)
    #expect(!encoded.joined().contains("$"))
  }

  @Test func bytesThatAreNotTextComeThrough() throws {
    var stage = stage(command: [])
    stage.command = [[0x61, 0xFF, 0x62]]
    #expect(ScopeStage(decoding: try #require(stage.encoded())) == stage)
  }

  @Test(arguments: [
    [], ["=x"], ["=loadline-run%201"], ["x", "=0", "=0", "=/bin/sh", "=sh"], ["=%zz"], ["=%4"],
  ])
  func anythingElseIsRefused(arguments: [String]) {
    #expect(ScopeStage(decoding: arguments) == nil)
  }

  @Test func aCountThatIsNotThereIsRefused() throws {
    var encoded = try #require(stage(command: ["sh"]).encoded())
    encoded[1] = "=99"
    #expect(ScopeStage(decoding: encoded) == nil)
    encoded[1] = "=-1"
    #expect(ScopeStage(decoding: encoded) == nil)
  }
}
