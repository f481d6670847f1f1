import Model
import Testing

@testable import Snapshot

@Suite struct SnapshotTextTests {
  @Test func theTableAddsUpUnderItsHeadings() {
    #expect(
      SnapshotText.table(Full.moment) == """
        JOB    OWNER  CORES    OF    GIB     OF  READ MB/s  WRITE MB/s  STATE
        train  alice   1.00  1.00   0.68   1.00        0.0         0.0  throttled,near_memory_limit
        other          0.25         0.68
        free           2.75        12.00
        box            1.25  4.00   4.00  16.00        0.0         0.0

        """)
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
