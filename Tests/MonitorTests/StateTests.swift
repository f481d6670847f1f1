import Model
import Testing

@testable import Monitor

/// Conditions are entered late and left late, so that a row does not flicker.
@Suite struct StateTests {
  private var tracker = StateTracker()

  private mutating func states(
    over seconds: Double? = 1, _ change: (inout JobMoment) -> Void
  ) -> [JobState] {
    var job = JobMoment(
      job: Job(id: .cgroup(inode: 1), name: .empty, owner: .empty, source: .cgroup))
    job.cpu.used = Cores(1)
    change(&job)
    return tracker.states(of: job, over: seconds)
  }

  @Test mutating func throttledIsEnteredAfterTwoSeconds() {
    #expect(states { $0.cpu.throttled = Share(0.05) } == [])
    #expect(states { $0.cpu.throttled = Share(0.05) } == [.throttled])
  }

  @Test mutating func aSpikeIsNoState() {
    for _ in 0..<10 {
      #expect(states { $0.cpu.throttled = Share(0.9) } == [])
      #expect(states { $0.cpu.throttled = Share(0.01) } == [])
    }
  }

  @Test mutating func throttledIsLeftAfterThreeSecondsWellBelow() {
    for _ in 0..<2 { _ = states { $0.cpu.throttled = Share(0.2) } }
    // Below the threshold, but not well below: it stays.
    for _ in 0..<9 { #expect(states { $0.cpu.throttled = Share(0.04) } == [.throttled]) }
    #expect(states { $0.cpu.throttled = Share(0.03) } == [.throttled])
    #expect(states { $0.cpu.throttled = Share(0.03) } == [.throttled])
    #expect(states { $0.cpu.throttled = Share(0.03) } == [])
  }

  @Test mutating func aQuotaThatIsTakenAwayEndsIt() {
    for _ in 0..<2 { _ = states { $0.cpu.throttled = Share(0.2) } }
    for _ in 0..<2 { _ = states { $0.cpu.throttled = nil } }
    #expect(states { $0.cpu.throttled = nil } == [])
  }

  @Test mutating func nearItsLimitCountsTheTighterOfTheTwo() {
    func near(_ job: inout JobMoment) {
      job.grant.memory = .at(Bytes(1000))
      job.grant.memoryHigh = .at(Bytes(100))
      job.memory.used = Bytes(80)
    }
    #expect(states(near) == [])
    #expect(states(near) == [.nearMemoryLimit])
    // Left at 75 % rather than 80.
    func still(_ job: inout JobMoment) {
      near(&job)
      job.memory.used = Bytes(76)
    }
    for _ in 0..<5 { #expect(states(still) == [.nearMemoryLimit]) }
    func below(_ job: inout JobMoment) {
      near(&job)
      job.memory.used = Bytes(74)
    }
    for _ in 0..<2 { _ = states(below) }
    #expect(states(below) == [])
  }

  @Test mutating func aLimitOfNothingDividesByNothing() {
    #expect(
      states {
        $0.grant.memory = .at(.zero); $0.memory.used = .zero
      } == [])
  }

  @Test mutating func stallsAreOfPressure() {
    for _ in 0..<2 {
      _ = states {
        $0.pressure.memorySome = Share(0.05)
        $0.pressure.ioFull = Share(0.5)
      }
    }
    let both = states {
      $0.pressure.memorySome = Share(0.05)
      $0.pressure.ioFull = Share(0.5)
    }
    #expect(both == [.reclaiming, .ioStalled])
  }

  @Test(
    arguments: [
      { (job: inout JobMoment) in job.cpu.throttled = Share(0.9) },
      { (job: inout JobMoment) in job.cpu.demand = Cores(1) },
    ] as [@Sendable (inout JobMoment) -> Void])
  mutating func aJobThatIsKeptFromRunningIsNotIdle(_ held: @Sendable (inout JobMoment) -> Void) {
    for _ in 0..<12 {
      let states = states {
        $0.cpu.used = Cores(0.01)
        held(&$0)
      }
      #expect(!states.contains(.idle))
    }
  }

  @Test mutating func idleIsTenSecondsOfNothing() {
    for _ in 0..<9 { #expect(states { $0.cpu.used = Cores(0.001) } == []) }
    #expect(states { $0.cpu.used = Cores(0.001) } == [.idle])
    #expect(states { $0.cpu.used = Cores(0.5) } == [])
  }

  @Test mutating func aJobThatMovesDataIsNotIdle() {
    for _ in 0..<20 {
      let states = states {
        $0.cpu.used = Cores(0.001)
        $0.io.read = ByteRate(1e6)
      }
      #expect(states == [])
    }
  }

  @Test mutating func unknownUseIsNotIdle() {
    for _ in 0..<20 { #expect(states { $0.cpu.used = nil } == []) }
  }

  @Test mutating func aGapChangesNothing() {
    for _ in 0..<2 { _ = states { $0.cpu.throttled = Share(0.2) } }
    #expect(states(over: nil) { $0.cpu.throttled = nil } == [.throttled])
    #expect(states { $0.cpu.throttled = Share(0.2) } == [.throttled])
  }

  @Test mutating func longIntervalsCountWhole() {
    #expect(states(over: 10) { $0.cpu.throttled = Share(0.5) } == [.throttled])
    #expect(states(over: 10) { $0.cpu.throttled = Share(0) } == [])
  }
}
