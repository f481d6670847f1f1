import Model
import Testing

@testable import Snapshot

@Suite struct SnapshotTextTests {
  @Test func theTableAddsUpUnderItsHeadings() {
    #expect(
      SnapshotText.table(Full.moment) == """
        JOB    OWNER  CORES    OF    GIB     OF  READ MB/s  WRITE MB/s   GPU  OF  STATE
        train  alice   1.00  1.00   0.68   1.00        0.0         0.0  0.50   1  throttled,near_memory_limit
        other          0.25         0.68
        free           2.75        12.00
        box            1.25  4.00   4.00  16.00        0.0         0.0  0.50   1

        """)
  }

  @Test func aBoxWithoutGPUsHasNoColumnsForThem() {
    var moment = Full.moment
    moment.gpus = []
    moment.jobs[0].gpus = nil
    #expect(!SnapshotText.table(moment).contains("GPU"))
  }

  @Test func simulatedDevicesAndSilentDriversAreSaid() {
    var moment = Full.moment
    moment.gpusAreSimulated = true
    moment.gpuProblem = SafeText("no answer from the driver")
    let table = SnapshotText.table(moment)
    #expect(table.contains("GPU (SIMULATED)"))
    #expect(table.hasSuffix("GPUs: no answer from the driver\n"))
  }

  @Test func whatIsUnknownIsADash() {
    let moment = Moment(
      time: Instant(nanoseconds: 1), wallClock: 0, interval: nil, box: BoxMoment(), jobs: [],
      other: OtherMoment())
    let table = SnapshotText.table(moment)
    #expect(table.split(separator: "\n").first { $0.hasPrefix("free") }?.contains("–") == true)
    #expect(!table.contains("nan"))
  }
}
