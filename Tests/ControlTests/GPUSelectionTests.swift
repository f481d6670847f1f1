import Glibc
import Model
import Testing

@testable import Control

/// What `--gpus` comes to, on boxes made of files.
@Suite struct GPUSelectionTests {
  private let tree = TemporaryTree()
  private var system: LaunchSystem {
    LaunchSystem(
      proc: "\(tree.path)/proc", sys: "\(tree.path)/sys", linger: "", userRuntime: "", records: [],
      lock: "", uid: 0, path: nil, runtimeDirectory: nil)
  }

  /// A box with this many of NVIDIA's, the last of them first in the kernel's own numbers.
  private func addNVIDIA(_ count: Int) {
    tree.write("Character devices:\n  1 mem\n195 nvidia\n", to: "proc/devices")
    for index in 0..<count {
      let address = "0000:\(index + 1)b:00.0"
      tree.write(
        """
        Model: \t\t NVIDIA H100 80GB HBM3
        GPU UUID: \t GPU-0000000\(index)-1111-2222-3333-444444444444
        Bus Location: \t \(address)
        Device Minor: \t \(count - 1 - index)

        """, to: "proc/driver/nvidia/gpus/\(address)/information")
    }
  }

  private func addCard(_ number: Int, driver: String, address: String) {
    let place = "sys/class/drm/renderD\(128 + number)"
    tree.write("226:\(128 + number)\n", to: place + "/dev")
    tree.write(
      "DRIVER=\(driver)\nPCI_CLASS=30200\nPCI_SLOT_NAME=\(address)\n",
      to: place + "/device/uevent")
    tree.makeDirectory(place + "/device/drm/card\(number)")
    tree.makeDirectory(place + "/device/drm/renderD\(128 + number)")
  }

  private static let devices = Backend.groups(
    CgroupPlaces(
      places: [
        CgroupPlace(interface: .v1, base: "/d", parents: ["loadline"], controllers: ["devices"])
      ], reason: "r"))
  private static let v2 = Backend.groups(
    CgroupPlaces(
      places: [CgroupPlace(interface: .v2, base: "/u", parents: ["loadline"], controllers: [])],
      reason: "r"))

  private func select(
    _ names: String..., on backend: Backend = devices, uid: UInt32 = 0
  ) throws -> GPUSelection {
    var system = system
    system.uid = uid
    return try GPUSelection(names.map { SafeText($0) }, in: system, backend)
  }

  private func uuid(_ index: Int) -> String { "GPU-0000000\(index)-1111-2222-3333-444444444444" }

  @Test func othersNodesAreDeniedAndNothingElse() throws {
    addNVIDIA(3)
    addCard(1, driver: "nvidia", address: "0000:1b:00.0")
    addCard(2, driver: "nvidia", address: "0000:3b:00.0")
    addCard(0, driver: "ast", address: "0000:00:02.0")
    let selection = try select("0")
    // The driver's numbers of nodes are not those of its tools.
    #expect(selection.denied == ["195:1", "195:0", "226:130"])
    #expect(selection.obstacle == nil)
  }

  @Test func commandsAreToldByUUIDInTheOrderThatWasAsked() throws {
    addNVIDIA(3)
    let selection = try select("2", "GPU-00000000")
    #expect(selection.variables["CUDA_VISIBLE_DEVICES"] == "\(uuid(2)),\(uuid(0))")
    #expect(selection.variables["CUDA_DEVICE_ORDER"] == nil)
  }

  @Test func allOfThemDenyNothing() throws {
    addNVIDIA(2)
    let selection = try select("0", "1", on: Self.v2)
    #expect(selection.denied == [])
    #expect(selection.obstacle == nil)
  }

  @Test func amdsAreCountedAsTheirLibraryCountsThem() throws {
    addCard(1, driver: "amdgpu", address: "0000:03:00.0")
    addCard(2, driver: "amdgpu", address: "0000:04:00.0")
    let denied = try select("2")
    #expect(denied.denied == ["226:129"])
    // What is denied is not counted any more, and HIP counts what is left.
    #expect(denied.variables["ROCR_VISIBLE_DEVICES"] == "0")
    #expect(denied.variables["CUDA_VISIBLE_DEVICES"] == "0")
    let hidden = try select("2", on: Self.v2)
    #expect(hidden.variables["ROCR_VISIBLE_DEVICES"] == "1")
    #expect(hidden.variables["CUDA_VISIBLE_DEVICES"] == "0")
  }

  @Test func whatCannotBeEnforcedIsSaid() throws {
    addNVIDIA(2)
    #expect(try select("0", on: Self.v2).obstacle?.contains("eBPF") == true)
    #expect(try select("0", uid: 1000).obstacle?.hasPrefix("only root may deny devices") == true)
    #expect(try select("0", on: .process(reason: "why")).obstacle?.hasPrefix("why") == true)
    #expect(try select("MIG-1234").obstacle?.contains("instance") == true)
    #expect(try select("MIG-1234").variables["CUDA_VISIBLE_DEVICES"] == "MIG-1234")
  }

  @Test func aGPUThatIsNotThereIsRefusedWithThoseThatAre() throws {
    addNVIDIA(2)
    #expect {
      try select("0", "7")
    } throws: {
      ($0 as? LaunchError)?.sentence == "--gpus: there is no GPU 7; this box has 0, 1."
    }
  }

  @Test func aBoxWhereNoneIsFoundOnlyTellsTheCommand() throws {
    let selection = try select("0", "1")
    #expect(selection.variables["CUDA_VISIBLE_DEVICES"] == "0,1")
    #expect(selection.variables["ROCR_VISIBLE_DEVICES"] == "0,1")
    #expect(selection.variables["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID")
    #expect(selection.obstacle?.contains("no GPU is found") == true)
  }

  @Test func aSelectionBecomesSettingsOrAShortfall() throws {
    addNVIDIA(2)
    func plan(_ selection: GPUSelection) -> LimitPlan {
      LimitPlan(
        RunLimits(gpus: [SafeText("0")]),
        in: LimitPlan.Surroundings(
          support: LimitPlanTests.v1, box: LimitPlanTests.box, gpus: selection))
    }
    let enforced = plan(try select("0"))
    #expect(enforced.settings.map { "\($0.file) \($0.value)" } == ["devices.deny c 195:0 rwm"])
    #expect(enforced.unenforced == [])
    let open = plan(try select("0", on: Self.v2))
    #expect(open.settings == [])
    #expect(open.unenforced == [.gpus])
    #expect(open.notes.first?.hasPrefix("not enforced: --gpus (cgroup v2 denies devices") == true)
  }
}

/// The kernel's `devices` hierarchy does it.
@Suite(
  .serialized,
  .enabled(
    if: geteuid() == 0
      && access("\(Loadline.mount("devices"))/devices.list", R_OK) == 0))
struct DeniedDevicesTests {
  @Test func aJobCannotMakeOrOpenANodeThatIsDenied() throws {
    let tree = TemporaryTree()
    let name = try #require(RunName(Loadline.name("denied")))
    let places = CgroupPlaces(in: .current()).places.filter { $0.controllers.contains("devices") }
    let directory = try #require(places.first?.directory(of: name))
    let rule = "c 195:1 rwm"
    var groups = JobGroups(name: name, places: places)
    try groups.make(with: [
      Setting(
        kind: .gpus, controller: "devices", file: "devices.deny", value: rule,
        check: .lacks(rule, file: "devices.list"))
    ])
    let job = RunningProgram([
      "sh", "-c",
      """
      echo $$ > \(directory)/cgroup.procs
      mknod \(tree.path)/a c 195 0 && echo made
      mknod \(tree.path)/b c 195 1 || echo denied
      head -c 1 /dev/zero | wc -c
      """,
    ]).outcome()
    groups.remove()
    #expect(job.output == "made\ndenied\n1\n")
    #expect(access(directory, F_OK) != 0)
  }

  @Test func theCommandAndTheRecordHaveTheGPUs() throws {
    let name = Loadline.name("gpus")
    let job = RunningProgram(onTerminal: [
      Loadline.program, "run", "--name", name, "--gpus", "0,1", "--", "sh", "-c",
      "echo $CUDA_VISIBLE_DEVICES $ROCR_VISIBLE_DEVICES; echo ready; read x",
    ])
    #expect(job.says("ready"))
    let record = try #require(RunRecords.onGroup("\(Loadline.mount("memory"))/loadline/\(name)"))
    #expect(record.budget.gpus == [SafeText("0"), SafeText("1")])
    job.type("\n")
    #expect(job.wait() == 0)
    #expect(Loadline.eventually { Loadline.isGone(name) })
  }
}
