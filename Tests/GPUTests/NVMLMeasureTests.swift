import Glibc
import Model
import Testing

@testable import GPU

/// What is read of a device that offers everything.
@Suite struct NVMLMeasureTests {
  private static let busy = """
    devices 1
    set 0 util 97
    set 0 memutil 40
    set 0 used 34359738368
    set 0 power 650000
    set 0 limit 600000
    set 0 energy 1000000
    set 0 smclock 1755
    set 0 temperature 64
    set 0 reasons 164
    set 0 fi74 5000
    set 0 fi269 100
    set 0 fi270 20
    set 0 fi271 7
    set 0 gpm2 82.5
    set 0 gpm3 41
    set 0 gpm5 60
    set 0 gpm10 30
    set 0 correctable 1
    set 0 uncorrectable 2
    set 0 pending 1
    set 0 sent 100
    set 0 received 200
    process 0 1 memory=1073741824 sm=60
    """

  @Test func everyGaugeIsReadInItsUnit() throws {
    let reading = try #require(StandIn(.full, Self.busy).readTwice().first)
    #expect(reading.condition == .answering)
    #expect(reading.identity.name.string == "NVIDIA H100 80GB HBM3")
    #expect(reading.identity.id.text.string.hasPrefix("GPU-000000a0"))
    #expect(reading.identity.address?.string == "0000:1b:00.0")
    #expect(reading.busy == .value(Share(0.97)))
    #expect(reading.memoryBusy == .value(Share(0.4)))
    #expect(reading.memory == .value(Bytes(85_520_809_984)))
    #expect(reading.memoryUsed == .value(.gibi(32)))
    #expect(reading.memoryReserved == .value(.mebi(550)))
    #expect(reading.power == .value(Watts(650)))
    #expect(reading.powerLimit == .value(Watts(600)))
    #expect(reading.powerLimitRange == .value(Watts(200)...Watts(700)))
    #expect(reading.powerLimitDefault == .value(Watts(700)))
    #expect(try #require(reading.energy.value) >= 1_000_000)
    #expect(reading.clock == .value(1755))
    #expect(reading.clockMost == .value(1980))
    #expect(reading.memoryClock == .value(2619))
    #expect(reading.temperature == .value(64))
    #expect(reading.slowdownTemperature == .value(87))
    // 0x4 power, 0x20 thermal, 0x80 brake.
    #expect(reading.throttles == .value([.power, .thermal, .brake]))
    #expect(
      reading.throttleTimes == .value(GPUThrottleTimes(power: 5000, thermal: 120, brake: 7)))
    #expect(
      reading.remappedRows
        == .value(
          GPURemappedRows(correctable: 1, uncorrectable: 2, isPending: true, hasFailed: false)))
  }

  @Test func theUnitsOfADeviceAreReadFromTheSecondReadingOn() throws {
    let standIn = try StandIn(.full, Self.busy)
    #expect(try standIn.readAll().first?.activity == .unknown)
    let activity = try #require(try standIn.readAll().first?.activity.value)
    #expect(activity.multiprocessors == Share(0.825))
    #expect(activity.occupancy == Share(0.41))
    #expect(activity.tensor == Share(0.6))
    #expect(activity.memory == Share(0.3))
  }

  @Test func idlenessAndSettingsAreNoThrottles() throws {
    let standIn = try StandIn(.full, "devices 1\nset 0 reasons 259\n")
    #expect(try standIn.readAll().first?.throttles == .value([]))
    // The hardware slows down, and does not say why: it does so while clocks change, too.
    standIn.play("devices 1\nset 0 reasons 8\n")
    #expect(try standIn.readAll().first?.throttles == .value([]))
  }

  @Test func bytesOverPCIeAreAskedForOnlyWhileTheyAreShown() throws {
    let standIn = try StandIn(.full)
    standIn.play(standIn.logLine + Self.busy)
    #expect(try standIn.readAll().first?.received == .unknown)
    #expect(!standIn.calls.contains { $0.contains("PcieThroughput") })
    let shown = try #require(standIn.readAll(GPURequest(wantsPCIe: true)).first)
    #expect(shown.received == .value(ByteRate(200_000)))
    #expect(shown.sent == .value(ByteRate(100_000)))
  }

  @Test func theNodeOfADeviceIsReadFromSysfs() throws {
    let standIn = try StandIn(.full, "devices 2\n")
    standIn.folder.write("/sys/bus/pci/devices/0000:1b:00.0/numa_node", "1\n")
    standIn.folder.write("/sys/bus/pci/devices/0000:2b:00.0/numa_node", "-1\n")
    #expect(try standIn.readAll().map(\.identity.node) == [1, nil])
  }

  @Test func samplesSinceTheLastReadingAreGivenOnceAndInOrder() throws {
    let standIn = try StandIn(.full, "devices 1\nring 0 10000 0 100 50 999\n")
    #expect(try standIn.readAll().first?.busySamples == [])
    usleep(100_000)
    let second = try #require(try standIn.readAll().first?.busySamples)
    usleep(60_000)
    let third = try #require(try standIn.readAll().first?.busySamples)
    let all = second + third
    #expect(second.count >= 6 && third.count >= 3)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.time < $1.time })
    // 999 % is no sample.
    #expect(Set(all.map(\.busy.value)).isSubset(of: [0, 1, 0.5]))
  }

  @Test func errorsOfTheDriverAreKeptWithTheirTime() throws {
    let standIn = try StandIn(.full, "devices 2\n")
    #expect(try standIn.readAll().allSatisfy { $0.lastError == nil })
    standIn.play("devices 2\nxid 1 13\nxid 1 79\n")
    let errors = try standIn.readTwice().map(\.lastError?.number)
    #expect(errors == [nil, 79])
    #expect(try standIn.readAll().map(\.lastError?.number) == [nil, 79])
  }

  @Test(arguments: [0, 1, 8, 16]) func asManyDevicesAsThereAre(_ count: Int) throws {
    let readings = try StandIn(.full, "devices \(count)\n").readAll()
    #expect(readings.map(\.identity.index) == Array(0..<count))
    #expect(Set(readings.map(\.identity.id)).count == count)
  }

  @Test func aDeviceThatComesIsFoundWithoutARestart() throws {
    let standIn = try StandIn(.full, "devices 1\n")
    #expect(try standIn.driver.open() == 1)
    standIn.play("devices 2\n")
    var count = 0
    for _ in 0..<40 { count = try standIn.driver.open() }
    #expect(count == 2)
  }
}
