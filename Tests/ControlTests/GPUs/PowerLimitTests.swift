import GPU
import Glibc
import Model
import Testing

@testable import Control

/// What a GPU may draw, set as every other knob is.
@Suite(.enabled(if: geteuid() == 0, "the journal is root's")) struct PowerLimitTests {
  private let gpu = StandInBox.target(0)

  @Test func aLimitIsSetVerifiedAndRecorded() throws {
    let box = try StandInBox()
    let report = box.set(300)
    #expect(report.outcome == .applied)
    #expect(report.changes.map(\.state) == [.verified(actual: .power(Watts(300)))])
    #expect(try [box.limit(of: 0), box.limit(of: 1)] == [300, 700])
    let entry = try #require(try Control(box.system()).journal(limit: 1).first)
    #expect(entry.changes.first?.change.target == gpu)
    #expect(entry.changes.first?.change.from == .power(Watts(700)))
    #expect(
      entry.changes.first?.commands
        == ["nvidia-smi -i GPU-000000a0-0000-0000-0000-000000000000 -pl 300"])
  }

  @Test func undoRestoresExactlyWhatWasThere() throws {
    let box = try StandInBox("devices 2\nset 0 limit 612345\n")
    _ = box.set(300)
    #expect(Control(box.system()).undo().outcome == .applied)
    #expect(try box.limit() == 612.345)
  }

  @Test func howLongItHoldsIsSaidUnlessItIsTheOrdinaryOne() throws {
    let box = try StandInBox()
    #expect(box.set(300).notes.count == 1)
    #expect(Control(box.system()).undo().notes.isEmpty)
  }

  @Test func outsideOfWhatTheDeviceTakesIsRefusedWithTheRange() throws {
    let box = try StandInBox("devices 2\nset 0 minlimit 350000\n")
    let report = box.set(300)
    #expect(report.outcome == .refused)
    #expect(report.failure?.kind == .never)
    #expect(report.failure?.sentence == "The device takes a limit from 350 W to 700 W.")
    #expect(try box.limit() == 700)
  }

  @Test func theRangeIsKnownBeforeAnythingIsDrafted() throws {
    let box = try StandInBox()
    let control = try #require(Control(box.system()).inspect([gpu])[gpu.id])
    #expect(control.knobs[.power] == .settable(.power(Watts(700))))
    #expect(control.above.power == Watts(200)...Watts(700))
    #expect(
      control.knobs[.cores] == .fixed(nil, reason: "A GPU has no cores to set, only power."))
  }

  @Test func whoIsNotRootIsToldThatRootMay() throws {
    let box = try StandInBox()
    let control = Control(box.system(uid: 1000))
    #expect(
      control.inspect([gpu])[gpu.id]?.knobs[.power]
        == .fixed(.power(Watts(700)), reason: "Only root may set what a GPU may draw."))
  }

  @Test func aDriverThatLetsNobodySetItIsSaidAndNothingIsLeft() throws {
    let box = try StandInBox("devices 2\ncode nvmlDeviceSetPowerManagementLimit NO_PERMISSION\n")
    let report = box.set(300)
    #expect(report.outcome == .rolledBack)
    #expect(report.failure?.errno == EPERM)
    #expect(try box.limit() == 700)
  }

  @Test(arguments: [
    ("set 0 ignores 1", 300.0, "The driver took 300 W and 700 W is in force."),
    ("set 0 grain 50000", 333.0, "The driver took 333 W and 300 W is in force."),
  ])
  func whatIsAcceptedAndNotInForceIsTakenBack(line: String, watts: Double, why: String) throws {
    let box = try StandInBox("devices 2\n\(line)\n")
    let report = box.set(watts)
    #expect(report.outcome == .rolledBack)
    #expect(report.failure?.sentence == why)
    #expect(try box.limit() == 700)
  }

  @Test func lessThanAWattIsTheDriversRounding() throws {
    let box = try StandInBox("devices 2\nset 0 grain 1000\n")
    let report = box.set(333.4)
    #expect(report.changes.map(\.state) == [.verified(actual: .power(Watts(333)))])
    #expect(try Control(box.system()).drift().isEmpty)
  }

  @Test func whatOthersSetIsDriftAndLeftByUndo() throws {
    let box = try StandInBox()
    let report = box.set(300)
    box.play("devices 2\nset 0 limit 450000\n")
    let control = Control(box.system())
    let drift = Drift(
      transaction: try #require(report.id), target: gpu, mine: .power(Watts(300)),
      theirs: .power(Watts(450)))
    #expect(try control.drift() == [drift])
    #expect(
      control.undo().notes.first?.contains("it is 450 W, and loadline wrote 300 W") == true)
    #expect(try box.limit() == 450)
    #expect(control.undo(report.id, force: true).outcome == .applied)
    #expect(try box.limit() == 700)
  }

  @Test func aDeviceThatIsGoneHasNothingToTakeBack() throws {
    let box = try StandInBox()
    _ = box.set(300)
    box.play("devices 0\n")
    let control = Control(box.system())
    #expect(control.inspect([gpu]).isEmpty)
    #expect(try control.drift().isEmpty)
    #expect(control.undo().notes == ["There is nothing to undo."])
  }

  @Test func aDriverThatCannotBeAskedIsNotTakenForGone() throws {
    let box = try StandInBox()
    let report = box.set(300)
    box.play("devices 2\ncode nvmlInit_v2 VERSION_MISMATCH\n")
    let undo = Control(box.system()).undo(report.id)
    #expect(undo.outcome == .refused)
    #expect(
      undo.notes == ["The power limit cannot be used: NVIDIA's driver answers with error 18."])
  }

  @Test func oneProgramAtATimeSetsADevice() throws {
    let box = try StandInBox()
    let address = try #require(try box.powerLimit.identities().first?.address).string.lowercased()
    box.tree.makeDirectory("sys/devices/\(address)")
    box.tree.link("sys/bus/pci/devices/\(address)", to: "../../../devices/\(address)")
    let other = open("\(box.tree.path)/sys/devices/\(address)", O_RDONLY | O_DIRECTORY)
    defer { close(other) }
    #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
    #expect(
      box.set(300).notes == ["GPU 0 is being changed by another program: try again."])
    flock(other, LOCK_UN)
    #expect(box.set(300).outcome == .applied)
  }

  // MARK: Drivers that take long

  @Test func aDriverThatKeepsAWriteIsNotCalledTakenBack() throws {
    let box = try StandInBox("devices 2\nhang nvmlDeviceSetPowerManagementLimit 1500 times=1\n")
    let report = box.set(300)
    #expect(report.outcome == .stuck)
    #expect(report.failure?.sentence.contains("may do so yet") == true)
    // It is written after all.
    while try box.limit() != 300 { usleep(20_000) }
    #expect(Control(box.system()).recover(try #require(report.id)).outcome == .rolledBack)
    #expect(try box.limit() == 700)
  }

  @Test func aHungDriverHoldsUpALookForASecondAndOnlyOnce() throws {
    let box = try StandInBox()
    _ = box.set(300)
    let control = Control(box.system())
    box.play("devices 2\nhang nvmlInit_v2 4000 times=1\n")
    let clock = ContinuousClock()
    #expect(clock.measure { _ = try? control.drift() } < .seconds(3))
    #expect(clock.measure { _ = try? control.drift() } < .milliseconds(500))
  }

  // MARK: Other vendors, and jobs

  @Test func aLimitOfAMDIsAFileThatAnybodyCanWriteTheSame() throws {
    let box = try StandInBox("devices 0\n")
    let device = "sys/class/drm/card0/device"
    box.tree.makeDirectory("sys/bus/pci/drivers/amdgpu")
    box.tree.write("PCI_SLOT_NAME=0000:03:00.0\n", to: "\(device)/uevent")
    box.tree.link("\(device)/driver", to: "../../../../bus/pci/drivers/amdgpu")
    let sensors = "\(device)/hwmon/hwmon2"
    box.tree.write("241000000\n", to: "\(sensors)/power1_cap")
    box.tree.write("100000000\n", to: "\(sensors)/power1_cap_min")
    box.tree.write("261000000\n", to: "\(sensors)/power1_cap_max")
    let identity = try #require(try Control(box.system()).gpus().first)
    let target = Target(identity)
    let plan = Plan(changes: [Change(target: target, from: nil, to: .power(Watts(150)))])
    #expect(
      Control(box.system()).describe(plan) == [
        [
          "echo 150000000 | tee /sys/bus/pci/devices/0000:03:00.0/hwmon/hwmon*/power1_cap"
        ]
      ])
    #expect(box.set(150, of: target).outcome == .applied)
    #expect(Files.line("\(box.tree.path)/\(sensors)/power1_cap") == "150000000")
    #expect(Control(box.system()).undo().outcome == .applied)
    #expect(Files.line("\(box.tree.path)/\(sensors)/power1_cap") == "241000000")
  }

  @Test func aJobHasNoPowerLimit() {
    let box = UnifiedBox()
    box.job("/a")
    #expect(
      box.refusal("/a", .power(Watts(300)))?.sentence
        == "A power limit is a GPU's, not a job's; set that of the device, such as gpu:0 power=300W."
    )
  }

  @Test func aGPUHasNoProcesses() throws {
    let box = try StandInBox()
    let report = Control(box.system()).signal(gpu, number: SIGTERM)
    #expect(report.notes == ["GPU 0 is a device, not a job: it has no processes."])
  }
}
