import Glibc
import Model
import Testing

@testable import GPU

/// Devices that are split into instances (MIG).
@Suite struct NVMLInstanceTests {
  private static let split = """
    devices 2
    set 0 mig 1
    set 0 gpm2 40
    instance 0 0 gi=7 memory=10737418240 used=1048576
    instance 0 2 gi=9 memory=21474836480 used=0
    process 0 1 memory=1048576 instance=0 sm=50
    """

  @Test func instancesFollowTheDeviceThatTheyAreAPartOf() throws {
    let readings = try StandIn(.full, Self.split).readTwice()
    #expect(readings.map(\.identity.isSplit) == [true, false, false, false])
    #expect(readings.map(\.identity.index) == [0, 0, 2, 1])
    let device = try #require(readings.first)
    #expect(readings.map(\.identity.parent) == [nil, device.identity.id, device.identity.id, nil])
    #expect(readings[1].identity.id.text.string.hasPrefix("MIG-"))
    #expect(readings[1].identity.address == device.identity.address)
    #expect(readings[1].memory == .value(.gibi(10)))
    #expect(readings[1].memoryUsed == .value(.mebi(1)))
    #expect(readings[2].memory == .value(.gibi(20)))
  }

  @Test func processesAreOfTheInstanceThatTheyHold() throws {
    let readings = try StandIn(.full, Self.split).readTwice()
    #expect(readings[0].processes == .unsupported)
    #expect(readings[1].processes.value?.map(\.pid) == [1])
    // The driver has no time of a process on an instance.
    #expect(readings[1].processes.value?.map(\.share) == [.unsupported])
    #expect(readings[2].processes == .value([]))
  }

  @Test func utilisationOfAnInstanceIsThatOfItsUnits() throws {
    let readings = try StandIn(.full, Self.split).readTwice()
    #expect(readings[0].busy == .unsupported)
    #expect(readings[1].busy == .unsupported)
    #expect(readings[1].activity.value?.multiprocessors == Share(0.4))
    #expect(readings[1].power == .unsupported)
  }

  @Test func instancesAreMadeAndTakenAwayWhileWeLook() throws {
    let standIn = try StandIn(.full, "devices 1\nset 0 util 30\n")
    #expect(try standIn.readAll().map(\.identity.isSplit) == [false])
    standIn.play("devices 1\nset 0 mig 1\ninstance 0 0\ninstance 0 1\n")
    var readings: [GPUReading] = []
    for _ in 0..<11 { readings = try standIn.readAll() }
    #expect(readings.map(\.identity.isSplit) == [true, false, false])
    // The same place, another instance.
    standIn.play("devices 1\nset 0 mig 1\ninstance 0 0 serial=77\n")
    for _ in 0..<11 { readings = try standIn.readAll() }
    #expect(readings.last?.identity.id.text.string.hasSuffix("077") == true)
    standIn.play("devices 1\nset 0 util 30\n")
    for _ in 0..<11 { readings = try standIn.readAll() }
    #expect(readings.map(\.busy) == [.value(Share(0.3))])
  }
}
