import Model
import Testing

@testable import Control

@Suite struct SystemdPropertyTests {
  @Test(arguments: [
    ("infinity", ""), ("333.300ms", "33.33%"), ("5ms", "0.50%"), ("2.5s", "250.00%"),
    ("1min 4s", "6400.00%"), ("500us", "0.05%"),
  ])
  func aQuotaIsReadAsItWouldBeSet(shown: String, text: String) {
    #expect(SystemdProperty.cpuQuota.text(shown: [shown]) == text)
  }

  @Test(arguments: [
    (SystemdProperty.cpuWeight, ["[not set]"], ""), (.cpuWeight, ["300"], "300"),
    (.memoryMax, ["infinity"], "infinity"), (.memoryMax, ["200000001"], "200000001"),
    (.memoryHigh, ["18446744073709551615"], "infinity"), (.tasksMax, ["2348"], "2348"),
    (.allowedCPUs, ["0-1 3"], "0-1,3"), (.allowedCPUs, [""], ""), (.allowedCPUs, [], ""),
    (
      .readBandwidth, ["/dev/block/254:0 5000000", "/dev/vdb 3"],
      "/dev/block/254:0 5000000\n/dev/vdb 3"
    ),
    (.freezer, ["frozen"], "frozen"), (.freezer, ["running"], "running"),
  ])
  func whatSystemdShowsIsReadAsItWouldBeSet(
    property: SystemdProperty, shown: [String], text: String
  ) {
    #expect(property.text(shown: shown) == text)
  }

  @Test(arguments: [
    (SystemdProperty.cpuQuota, "fast"), (.memoryMax, "much"), (.allowedCPUs, "all"),
    (.freezer, "asleep"),
  ])
  func whatIsNotKnownIsNotGuessed(property: SystemdProperty, shown: String) {
    #expect(property.text(shown: [shown]) == nil)
  }

  @Test(arguments: [
    (KnobValue.cores(.at(Cores(2.5))), "250.00%"), (.cores(.unlimited), ""),
    (.weight(50), "50"), (.memory(.at(.mebi(1))), "1048576"), (.memory(.unlimited), "infinity"),
    (.cpus(CPUSet([0, 1, 3])), "0-1,3"), (.pids(.at(9)), "9"), (.pids(.unlimited), "infinity"),
    (.frozen(true), "frozen"),
  ])
  func aValueHasOneText(value: KnobValue, text: String) throws {
    #expect(SystemdProperty.text(value) == text)
    #expect(try #require(SystemdProperty(value.knob)).value(text) == value)
  }

  @Test func anIOLimitIsSetOnEveryDiskAndReplacesWhatWasThere() {
    let disks = [DiskNumber(major: 254, minor: 0), DiskNumber(major: 8, minor: 0)]
    let text = SystemdProperty.text(.write(.at(ByteRate(4e6))), disks: disks) ?? ""
    #expect(
      SystemdProperty.writeBandwidth.arguments(unit: "a.service", text: text) == [
        "set-property", "--runtime", "--", "a.service", "IOWriteBandwidthMax=",
        "IOWriteBandwidthMax=/dev/block/254:0 4000000",
        "IOWriteBandwidthMax=/dev/block/8:0 4000000",
      ])
  }

  @Test func freezingIsAVerbOfItsOwn() {
    #expect(
      SystemdProperty.freezer.arguments(unit: "a.scope", text: "frozen") == [
        "freeze", "--", "a.scope",
      ])
  }
}
