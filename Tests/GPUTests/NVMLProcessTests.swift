import Glibc
import Model
import Testing

@testable import GPU

/// Who holds a device, and the garbage that drivers say about it.
@Suite struct NVMLProcessTests {
  private func processes(
    _ scenario: String, _ variant: StandIn.Variant = .full, here pids: [Int] = [1]
  ) throws -> Measure<[GPUProcess]> {
    let standIn = try StandIn(variant, "devices 1\n" + scenario)
    for pid in pids { standIn.addProcesses(pid) }
    return try #require(try standIn.readTwice().first).processes
  }

  @Test func memoryAndTimeOfEachProcess() throws {
    let found = try #require(
      try processes(
        "process 0 1 memory=1048576 sm=60\nprocess 0 2 memory=2097152 sm=25", here: [1, 2]
      )
      .value)
    #expect(found.map(\.pid) == [1, 2])
    #expect(found.map(\.memory) == [.mebi(1), .mebi(2)])
    #expect(found.map(\.share) == [.value(Share(0.6)), .value(Share(0.25))])
    #expect(found.map(\.isHere) == [true, true])
  }

  @Test(arguments: [StandIn.Variant.full, .old, .first])
  func listsOfEveryVersionHaveTheSameProcesses(_ variant: StandIn.Variant) throws {
    let scenario = (1...40).map { "process 0 \($0) memory=\($0 << 20)\n" }.joined()
    let found = try #require(try processes(scenario, variant).value)
    #expect(found.map(\.pid) == (1...40).map { Int32($0) })
    #expect(found.map(\.memory) == (1...40).map { .mebi($0) })
  }

  @Test func aProcessThatDrawsAndComputesIsOne() throws {
    let found = try #require(
      try processes(
        "process 0 1 memory=5\nprocess 0 1 memory=7 graphics\nprocess 0 1 memory=6 sharing"
      )
      .value)
    #expect(found.count == 1)
    #expect(found.first?.memory == Bytes(7))
  }

  @Test func unknownMemoryIsNotSixteenExbibytes() throws {
    let found = try #require(try processes("process 0 1 memory=-").value)
    #expect(found.map(\.memory) == [nil])
  }

  @Test func processesThatAppearBetweenTwoCallsAreAllFound() throws {
    let scenario = "appear 150\n" + (1...200).map { "process 0 \($0)\n" }.joined()
    #expect(try processes(scenario).value?.count == 200)
  }

  @Test func pidsThatCannotBeAreLeftOut() throws {
    let found = try processes("process 0 1\nprocess 0 0\nprocess 0 4294967295\nprocess 0 999999999")
    #expect(found.value?.map(\.pid) == [1])
  }

  @Test func aProcessThatHasEndedAndStillHoldsMemoryIsSaidToBeGone() throws {
    let found = try #require(
      try processes("process 0 1 sm=10\nprocess 0 4242 memory=1048576 sm=50").value)
    #expect(found.map(\.isHere) == [true, false])
    #expect(found.map(\.memory).last == .mebi(1))
    #expect(found.map(\.share) == [.value(Share(0.1)), .unknown])
  }

  @Test func samplesThatCannotBeAreLeftOut() throws {
    let found = try #require(
      try processes(
        """
        process 0 1 sm=20
        sample 0 1 sm=4294967295
        sample 0 1 sm=101
        sample 0 999999 sm=50
        sample 0 1 sm=90 age=3600000000 stale
        sample 0 1 sm=90 age=-3600000000
        """
      ).value)
    #expect(found.map(\.share) == [.value(Share(0.2))])
  }

  @Test func noSamplesMeanNobody() throws {
    #expect(try processes("process 0 1").value?.map(\.share) == [.value(Share(0))])
  }

  @Test func shareIsUnknownWithTheFirstReading() throws {
    let standIn = try StandIn(.full, "devices 1\nprocess 0 1 sm=50\n")
    let first = try #require(try standIn.readAll().first)
    #expect(first.processes.value?.map(\.share) == [.unknown])
  }

  @Test func withoutTheListOfThoseThatComputeNobodyIsNotSaid() throws {
    let refused = "code nvmlDeviceGetComputeRunningProcesses_v3 UNKNOWN\nprocess 0 1 graphics\n"
    #expect(try processes(refused) == .unknown)
  }

  @Test func nobodyIsAnEmptyList() throws {
    #expect(try processes("") == .value([]))
  }

  @Test func pidsOfTheHostAreSaidInAContainerAndNotTakenForOthers() throws {
    let standIn = try StandIn(.full, "devices 1\nprocess 0 20\nprocess 0 21\nprocess 0 3000\n")
    standIn.folder.link("/proc/self/ns/pid", to: "pid:[4026532001]")
    // 20 holds the device; 21 is another process that has the number of one of the host.
    standIn.folder.link("/proc/20/fd/3", to: "/dev/nvidiactl")
    standIn.folder.link("/proc/21/fd/3", to: "/dev/null")
    let processes = try #require(try standIn.readAll().first?.processes.value)
    #expect(processes.map(\.isHere) == [true, false, false])
    let monitor = standIn.monitor(patience: DriverBoard.Patience())
    #expect(monitor.start())
    defer { monitor.stop() }
    var sample = monitor.latest()
    for _ in 0..<2000 where sample?.devices.isEmpty != false {
      usleep(5000)
      sample = monitor.latest()
    }
    #expect(sample?.hasForeignPids == true)
  }
}
