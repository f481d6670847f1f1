import Model
import Testing

@testable import GPU

/// Setting what a device may draw.
@Suite struct PowerLimitTests {
  private let second = GPUID(SafeText("GPU-000000a1-0000-0000-0000-000000000000"))

  private func limit(_ standIn: StandIn) -> GPUPowerLimit {
    GPUPowerLimit(library: standIn.library, prefix: standIn.folder.path)
  }

  @Test func aLimitIsSetOnItsDeviceAndReadBack() throws {
    let standIn = try StandIn(.full, "devices 2\n")
    #expect(
      try limit(standIn).values(of: second)
        == GPUPowerLimit.Values(now: Watts(700), range: Watts(200)...Watts(700), normal: Watts(700))
    )
    #expect(try limit(standIn).set(Watts(450), of: second) == Watts(450))
    #expect(try standIn.readAll().map(\.powerLimit) == [.value(Watts(700)), .value(Watts(450))])
  }

  @Test func whatTheDeviceDoesNotTakeIsRefusedBeforeItIsAsked() throws {
    let standIn = try StandIn(.full)
    standIn.play(standIn.logLine + "devices 2\n")
    #expect(throws: GPUPowerLimit.Problem.outside(Watts(200)...Watts(700))) {
      try limit(standIn).set(Watts(900), of: second)
    }
    #expect(!standIn.calls.contains { $0.contains("SetPower") })
  }

  @Test func whoMayNotSetItIsTold() throws {
    let standIn = try StandIn(
      .full, "devices 2\ncode nvmlDeviceSetPowerManagementLimit NO_PERMISSION\n")
    #expect(throws: GPUPowerLimit.Problem.refused) {
      try limit(standIn).set(Watts(450), of: second)
    }
  }

  @Test func aDeviceThatIsNotThereIsSaid() throws {
    let standIn = try StandIn(.full, "devices 1\n")
    #expect(throws: GPUPowerLimit.Problem.noDevice) {
      try limit(standIn).set(Watts(450), of: second)
    }
  }

  @Test func aValueThatIsTakenAndNotInForceIsAFailure() throws {
    let standIn = try StandIn(
      .full, "devices 2\nset 1 ignores 1\n")
    #expect(throws: GPUPowerLimit.Problem.notInForce(Watts(700))) {
      try limit(standIn).set(Watts(450), of: second)
    }
  }

  @Test func aLimitOfAMDIsAFile() throws {
    let folder = Folder()
    let device = "/sys/class/drm/card0/device"
    folder.make("/sys/bus/pci/drivers/amdgpu")
    folder.make(device)
    folder.link("\(device)/driver", to: "../../../../bus/pci/drivers/amdgpu")
    folder.write("\(device)/uevent", "PCI_SLOT_NAME=0000:03:00.0\n")
    let sensors = "\(device)/hwmon/hwmon2"
    folder.write("\(sensors)/power1_cap", "241000000\n")
    folder.write("\(sensors)/power1_cap_min", "100000000\n")
    folder.write("\(sensors)/power1_cap_max", "261000000\n")
    let limit = GPUPowerLimit(library: folder.path + "/none.so", prefix: folder.path)
    let id = GPUID(SafeText("0000:03:00.0"))
    #expect(try limit.set(Watts(150), of: id) == Watts(150))
    #expect(folder.lines("\(sensors)/power1_cap").first == "150000000")
    #expect(throws: GPUPowerLimit.Problem.outside(Watts(100)...Watts(261))) {
      try limit.set(Watts(90), of: id)
    }
  }
}
