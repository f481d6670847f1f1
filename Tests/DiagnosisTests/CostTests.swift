import Diagnosis
import Model
import Testing

@Suite("Cost", .serialized) struct CostTests {
  /// Microseconds of a diagnosis of so many jobs, every one with all evidence; the least of several.
  private func microseconds(jobs count: Int, quiet: Bool) -> Double {
    let run = Run(warm: false)
    run.moment.jobs = (0..<count).map { index in
      var job = Run.job(UInt64(index + 1), "job-\(index)")
      var evidence = JobEvidence()
      evidence.started = Instant(nanoseconds: 1)
      evidence.runDelay = Cores(0.1)
      evidence.fileRefaults = 10
      evidence.anonymousRefaults = 0
      evidence.swapIns = 0
      evidence.calledReads = ByteRate(1e8)
      evidence.threads = ThreadStates(total: 20, runnable: 3, blocked: 0, inSockets: 2)
      job.evidence = evidence
      if !quiet, index % 4 == 0 { job.cpu.throttled = Share(0.4) }
      if !quiet, index % 3 == 0 { job.pressure.ioFull = Share(0.4) }
      return job
    }
    run.pass(35)
    let clock = ContinuousClock()
    var least = Double.infinity
    for _ in 0..<5 {
      let time = clock.measure { run.pass(1) }
      least = min(least, Double(time.components.attoseconds) / 1e12)
    }
    return least
  }

  @Test("of 20 and of 1,000 jobs stays within bounds, in a debug build")
  func bounds() {
    for (count, most) in [(20, 20_000.0), (1000, 1_000_000)] {
      for quiet in [true, false] {
        let cost = microseconds(jobs: count, quiet: quiet)
        print("\(count) jobs, \(quiet ? "quiet" : "with findings"): \(Int(cost)) µs")
        #expect(cost < most)
      }
    }
  }
}
