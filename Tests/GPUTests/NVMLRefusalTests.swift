import Glibc
import Model
import Testing

@testable import GPU

/// Devices and drivers that do not offer, allow or know.
@Suite struct NVMLRefusalTests {
  @Test func whatIsNotOfferedIsNotAskedAgain() throws {
    let standIn = try StandIn(.full)
    standIn.play(
      standIn.logLine + "devices 1\nset 0 power -\nset 0 reasons -\nset 0 correctable -\n")
    let first = try #require(try standIn.readAll().first)
    #expect(first.power == .unsupported)
    #expect(first.throttles == .unsupported)
    #expect(first.remappedRows == .unsupported)
    #expect(first.busySamples == [])
    standIn.forgetCalls()
    let second = try #require(try standIn.readAll().first)
    #expect(second.power == .unsupported)
    for name in ["PowerUsage", "EventReasons", "GetSamples", "RemappedRows"] {
      #expect(!standIn.calls.contains { $0.contains(name) })
    }
    #expect(standIn.calls.contains { $0.contains("UtilizationRates") })
  }

  @Test func whatMayNotBeReadIsUnknownAndNotAskedAgain() throws {
    let standIn = try StandIn(.full)
    standIn.play(
      standIn.logLine + "devices 1\ncode nvmlDeviceGetComputeRunningProcesses_v3 NO_PERMISSION\n"
        + "code nvmlDeviceGetGraphicsRunningProcesses_v3 NO_PERMISSION\n"
        + "code nvmlDeviceGetMPSComputeRunningProcesses_v3 NO_PERMISSION\n")
    #expect(try standIn.readAll().first?.processes == .unknown)
    standIn.forgetCalls()
    #expect(try standIn.readAll().first?.processes == .unknown)
    #expect(!standIn.calls.contains { $0.contains("RunningProcesses") })
  }

  @Test func aDeviceThatMayNotBeOpenedIsRefused() throws {
    let standIn = try StandIn(
      .full, "devices 2\ncode nvmlDeviceGetHandleByIndex_v2 NO_PERMISSION gpu=1\n")
    #expect(try standIn.readAll().map(\.condition) == [.answering, .refused])
  }

  @Test func aDeviceOfWhichNothingMayBeReadIsRefused() throws {
    let functions = [
      "UtilizationRates", "MemoryInfo_v2", "MemoryInfo", "PowerUsage", "PowerManagementLimit",
      "TotalEnergyConsumption", "ClockInfo", "Temperature", "CurrentClocksEventReasons",
      "FieldValues", "RemappedRows", "Samples", "ComputeRunningProcesses_v3",
      "GraphicsRunningProcesses_v3", "MPSComputeRunningProcesses_v3",
    ]
    let standIn = try StandIn(
      .full,
      "devices 1\nset 0 gpm 0\n"
        + functions.map { "code nvmlDeviceGet\($0) NO_PERMISSION\n" }.joined())
    #expect(try standIn.readAll().map(\.condition) == [.refused])
  }

  /// Every function that is called while a device is read.
  private static let calls = [
    "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetUUID", "nvmlDeviceGetName",
    "nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetUtilizationRates", "nvmlDeviceGetMemoryInfo_v2",
    "nvmlDeviceGetPowerUsage", "nvmlDeviceGetPowerManagementLimit",
    "nvmlDeviceGetTotalEnergyConsumption", "nvmlDeviceGetClockInfo", "nvmlDeviceGetTemperature",
    "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetFieldValues",
    "nvmlDeviceGetRemappedRows", "nvmlDeviceGetSamples", "nvmlDeviceGetComputeRunningProcesses_v3",
    "nvmlDeviceGetProcessUtilization", "nvmlGpmSampleGet", "nvmlDeviceGetMigMode",
  ]
  private static let one = "devices 2\nring 0 10000 0\nprocess 0 1\nset 0 power 1\n"

  @Test(arguments: calls) func aDeviceLostAtAnyCallIsLostAndTheOthersAreRead(
    _ function: String
  ) throws {
    let standIn = try StandIn(.full, Self.one + "code \(function) GPU_IS_LOST gpu=0\n")
    let readings = try standIn.readTwice()
    #expect(readings.map(\.condition) == [.lost, .answering])
    #expect(readings.map(\.identity.index) == [0, 1])
  }

  @Test func aDeviceThatIsLostLaterKeepsItsName() throws {
    let standIn = try StandIn(.full, "devices 1\n")
    let before = try #require(try standIn.readAll().first)
    standIn.play("devices 1\ncode * GPU_IS_LOST gpu=0\n")
    for _ in 0..<3 {
      let after = try #require(try standIn.readAll().first)
      #expect(after.condition == .lost)
      #expect(after.identity == before.identity)
    }
  }

  @Test(arguments: calls) func aLibraryThatForgotItWasOpenedIsOpenedAgain(
    _ function: String
  ) throws {
    let standIn = try StandIn(.full, Self.one + "code \(function) UNINITIALIZED gpu=0 times=1\n")
    var failures = 0
    var last: [GPUReading] = []
    for _ in 0..<4 {
      do { last = try standIn.readAll() } catch { failures += 1 }
    }
    #expect(failures == 1)
    #expect(last.map(\.condition) == [.answering, .answering])
  }

  @Test(arguments: calls.dropFirst(4).filter { $0 != "nvmlDeviceGetMigMode" })
  func anErrorWithoutAMeaningCostsOneMeasureOnce(_ function: String) throws {
    let standIn = try StandIn(.full, Self.one + "code \(function) UNKNOWN gpu=0\n")
    #expect(try standIn.readTwice().map(\.condition) == [.answering, .answering])
    standIn.play(Self.one)
    let reading = try #require(try standIn.readTwice().first)
    #expect(reading.busy == .value(Share(0)))
    #expect(reading.power == .value(Watts(0.001)))
    #expect(reading.processes.value?.count == 1)
  }

  @Test(arguments: calls.dropFirst(), ["NOT_SUPPORTED", "NO_PERMISSION"])
  func aRefusalAtAnyCallCostsThatMeasureOnly(_ function: String, _ code: String) throws {
    let standIn = try StandIn(.full, Self.one + "code \(function) \(code) gpu=0\n")
    let readings = try standIn.readTwice()
    #expect(readings.map(\.condition) == [.answering, .answering])
    let reading = try #require(readings.first)
    let values = [
      reading.busy.value != nil, reading.power.value != nil, reading.clock.value != nil,
    ]
    #expect(values.filter { $0 }.count >= 2)
  }

  @Test func aDeviceThatDoesNotSayItsNameIsNotGivenAnother() throws {
    let standIn = try StandIn(.full, "devices 1\ncode nvmlDeviceGetUUID UNKNOWN times=1\n")
    guard case .silent = try #require(try standIn.readAll().first).condition else {
      Issue.record("a device without a name is silent")
      return
    }
    #expect(try standIn.readAll().first?.identity.id.text.string.hasPrefix("GPU-") == true)
  }

  @Test func whatWasRefusedIsTriedAgainAfterALongTime() throws {
    let standIn = try StandIn(.full, "devices 1\nset 0 power -\n")
    #expect(try standIn.readAll().first?.power == .unsupported)
    standIn.play("devices 1\nset 0 power 1000\n")
    #expect(try standIn.readAll().first?.power == .unsupported)
    var power = Measure<Watts>.unknown
    for _ in 0..<900 { power = try standIn.readAll().first?.power ?? .unknown }
    #expect(power == .value(Watts(1)))
  }

  @Test func aDeviceThatOnlyFailsIsSilent() throws {
    let standIn = try StandIn(.full, "devices 1\n")
    _ = try standIn.readAll()
    standIn.play("devices 1\ncode * UNKNOWN gpu=0\n")
    guard case .silent = try #require(try standIn.readAll().first).condition else {
      Issue.record("a device that answers nothing is silent")
      return
    }
  }

  @Test func memoryThatIsSharedWithTheBoxIsNotTheDevices() throws {
    let standIn = try StandIn(.full, "devices 1\nset 0 total 0\nset 0 reserved 0\n")
    let shared = try #require(try standIn.readAll().first)
    #expect(shared.memory == .unsupported)
    #expect(shared.memoryUsed == .unsupported)
    #expect(shared.memoryReserved == .unsupported)
    standIn.play("devices 1\nset 0 total -\n")
    #expect(try standIn.readAll().first?.memory == .unsupported)
  }

  @Test func memoryThatIsNotKnownIsNotSixteenExbibytes() throws {
    let standIn = try StandIn(.full, "devices 1\nset 0 used 18446744073709551615\n")
    let reading = try #require(try standIn.readAll().first)
    #expect(reading.memoryUsed == .unknown)
    #expect(reading.memory.value != nil)
  }

  @Test(arguments: [StandIn.Variant.old, .first])
  func anOlderDriverLacksSomeMeasuresAndGivesTheOthers(_ variant: StandIn.Variant) throws {
    let standIn = try StandIn(
      variant, "devices 1\nset 0 util 50\nset 0 used 1048576\nset 0 reasons 4\n")
    let reading = try #require(try standIn.readTwice().first)
    #expect(reading.condition == .answering)
    #expect(reading.busy == .value(Share(0.5)))
    #expect(reading.identity.address?.string == "0000:1b:00.0")
    // The first version of memory counts what the driver keeps as used.
    #expect(reading.memoryUsed == .value(.mebi(551)))
    #expect(reading.memoryReserved == .unsupported)
    #expect(reading.throttles == .value([.power]))
    #expect(reading.throttleTimes == .unsupported)
    #expect(reading.activity == .unsupported)
  }

  @Test func durationsThatOlderDriversCountTogetherAreTaken() throws {
    let standIn = try StandIn(
      .full, "devices 1\nset 0 fi74 9\nset 0 fi75 8\nset 0 fi269 -\nset 0 fi271 -\n")
    let times = try standIn.readAll().first?.throttleTimes
    #expect(times == .value(GPUThrottleTimes(power: 9, thermal: 8, brake: nil)))
  }

  @Test func aPartOfMoreThanAllIsUnknown() throws {
    let standIn = try StandIn(.full, "devices 1\nset 0 util 250\nset 0 memutil 3\n")
    let reading = try #require(try standIn.readAll().first)
    #expect(reading.busy == .unknown)
    #expect(reading.memoryBusy == .value(Share(0.03)))
  }

  @Test func aLibraryThatIsNoneSaysSo() throws {
    let standIn = try StandIn(.none)
    #expect(throws: GPUDriverProblem.self) { try standIn.driver.open() }
    #expect(throws: GPUDriverProblem.absent) {
      try NVMLDriver(path: "/nonexistent/libnvidia-ml.so.1", prefix: "").open()
    }
  }

  @Test func aDriverThatIsNotLoadedIsSaidAndTriedAgain() throws {
    let standIn = try StandIn(.full, "devices 1\ncode nvmlInit_v2 DRIVER_NOT_LOADED\n")
    #expect(throws: GPUDriverProblem.failed(SafeText("NVIDIA's driver is not loaded"))) {
      try standIn.driver.open()
    }
    standIn.play("devices 1\n")
    #expect(try standIn.driver.open() == 1)
    #expect(standIn.driver.version?.string == "NVIDIA 570.86.15")
  }
}
