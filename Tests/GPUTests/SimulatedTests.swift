import Model
import Testing

@testable import GPU

/// The scripted devices of the demo.
@Suite struct SimulatedTests {
  private let start = Instant(nanoseconds: 1_000_000_000_000)
  private let jobs = ["train", "starve", "held"].map { SafeText($0) }

  @Test func everyIdentityIsMarked() {
    var gpus = SimulatedGPUs(.demo(jobs: jobs), start: start)
    let sample = gpus.sample(at: start)
    #expect(sample.devices.map(\.identity.isSimulated) == [true, true, true])
    #expect(sample.driver?.string == "SIMULATED")
  }

  @Test func holdersAreTheProcessesOfTheirJobs() {
    var gpus = SimulatedGPUs(.demo(jobs: jobs), start: start)
    gpus.holders = [jobs[0]: [10, 11], jobs[2]: [12]]
    let processes = gpus.sample(at: start).devices.map { $0.processes.value?.map(\.pid) }
    #expect(processes == [[10, 11], [], [12]])
  }

  @Test func theSameTimeGivesTheSameSample() {
    var a = SimulatedGPUs(.demo(jobs: jobs), start: start)
    var b = SimulatedGPUs(.demo(jobs: jobs), start: start)
    for second in 0..<20 {
      let now = start.advanced(bySeconds: Double(second))
      let (one, other) = (a.sample(at: now), b.sample(at: now))
      #expect(one == other)
    }
  }

  @Test func afterTenSecondsOneTrainsOneStarvesAndOneIsIdle() {
    var gpus = SimulatedGPUs(.demo(jobs: jobs), start: start)
    var accounts = [IdleAccount](repeating: IdleAccount(), count: 3)
    for second in 0...30 {
      let sample = gpus.sample(at: start.advanced(bySeconds: Double(second)))
      for (index, device) in sample.devices.enumerated() { accounts[index].take(device) }
    }
    let now = start.advanced(bySeconds: 30)
    let shares = accounts.map { $0.idleShareOfMinute(at: now)?.value ?? -1 }
    #expect(shares[0] == 0)
    #expect(shares[1] > 0.4 && shares[1] < 0.6)
    #expect(shares[2] == 1)
    #expect(accounts[1].longestGap > 1.2 && accounts[1].longestGap < 1.8)
    #expect(accounts[2].idleSince == start)
  }

  @Test func aDeviceWithoutAJobIsNobodys() {
    var gpus = SimulatedGPUs(.demo(jobs: []), start: start)
    let used = gpus.sample(at: start).devices.map(\.memoryUsed)
    #expect(
      used == [
        .value(.zero), .value(.zero), .value(.zero),
      ])
  }

  @Test func energyIsPowerOverTime() {
    let device = GPUScenario.Device(
      name: SafeText("x"), memory: .gibi(1), powerLimit: Watts(100),
      segments: [
        GPUScenario.Segment(seconds: 2, busy: Share(1), memory: .zero, power: Watts(100)),
        GPUScenario.Segment(seconds: 3, busy: Share(0), memory: .zero, power: Watts(10)),
      ])
    var gpus = SimulatedGPUs(GPUScenario(devices: [device]), start: start)
    let energy = gpus.sample(at: start.advanced(bySeconds: 6)).devices.first?.energy
    #expect(energy == .value(330_000))
  }
}
