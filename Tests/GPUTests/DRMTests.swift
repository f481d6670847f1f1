import Glibc
import Host
import Model
import Testing

@testable import GPU

/// AMD's and Intel's drivers, on files in the shape that they have.
@Suite struct DRMTests {
  /// A box made of files, with cards in the shape of sysfs: links into a tree of devices.
  private final class Box {
    let folder = Folder()
    private(set) lazy var driver = DRMDriver(prefix: folder.path)

    /// A card and the files of its device.
    func card(_ number: Int, _ driver: String, _ address: String, _ files: [String: String] = [:]) {
      let device = "/sys/devices/pci0000:00/\(address)"
      folder.make(device)
      folder.make("/sys/bus/pci/drivers/\(driver)")
      folder.link("\(device)/driver", to: "../../../bus/pci/drivers/\(driver)")
      folder.make("\(device)/drm/card\(number)")
      folder.link("\(device)/drm/card\(number)/device", to: "../..")
      folder.link(
        "/sys/class/drm/card\(number)", to: "../../devices/pci0000:00/\(address)/drm/card\(number)")
      folder.write("\(device)/uevent", "DRIVER=\(driver)\nPCI_SLOT_NAME=\(address)\n")
      for (name, text) in files { folder.write("\(device)/\(name)", text) }
    }

    /// An open file of a process: what it leads to, and what the driver says of it.
    func file(
      _ pid: Int, _ number: Int, _ info: String, leadsTo target: String = "/dev/dri/renderD128"
    ) {
      folder.link("/proc/\(pid)/fd/\(number)", to: target)
      folder.write("/proc/\(pid)/fdinfo/\(number)", "pos:\t0\nflags:\t02\n" + info)
    }

    func read(_ candidates: [Int32] = []) throws -> [GPUReading] {
      try (0..<driver.open()).flatMap {
        try driver.read($0, GPURequest(candidates: candidates))
      }
    }
  }

  private func client(
    _ id: Int, engine: UInt64, vram: Int = 0, address: String = "0000:03:00.0"
  ) -> String {
    """
    drm-driver:\tamdgpu
    drm-client-id:\t\(id)
    drm-pdev:\t\(address)
    drm-engine-gfx:\t\(engine) ns
    drm-engine-compute:\t0 ns
    drm-resident-vram:\t\(vram) KiB
    drm-resident-gtt:\t77777 KiB
    """
  }

  private static let amd = [
    "gpu_busy_percent": "73\n", "mem_busy_percent": "20\n", "mem_info_vram_total": "17163091968\n",
    "mem_info_vram_used": "1073741824\n", "numa_node": "1\n", "product_name": "Radeon PRO W7900\n",
    "pp_dpm_sclk": "0: 500Mhz\n1: 1800Mhz *\n2: 2500Mhz\n",
    "hwmon/hwmon3/power1_average": "210000000\n", "hwmon/hwmon3/power1_cap": "241000000\n",
    "hwmon/hwmon3/power1_cap_min": "100000000\n", "hwmon/hwmon3/power1_cap_max": "261000000\n",
    "hwmon/hwmon3/power1_cap_default": "241000000\n", "hwmon/hwmon3/temp1_input": "61000\n",
    "hwmon/hwmon3/temp1_crit": "100000\n",
  ]

  @Test func noCardIsNoDriver() {
    let box = Box()
    #expect(throws: GPUDriverProblem.absent) { try box.driver.open() }
    // NVIDIA's cards have a driver of their own.
    box.card(0, "nvidia", "0000:03:00.0")
    #expect(throws: GPUDriverProblem.absent) { try DRMDriver(prefix: box.folder.path).open() }
  }

  @Test func whatAMDSaysOfItsDevice() throws {
    let box = Box()
    box.card(1, "amdgpu", "0000:03:00.0", Self.amd)
    let reading = try #require(try box.read().first)
    #expect(reading.identity.vendor == .amd)
    #expect(reading.identity.index == 1)
    #expect(reading.identity.name.string == "Radeon PRO W7900")
    #expect(reading.identity.address?.string == "0000:03:00.0")
    #expect(reading.identity.node == 1)
    #expect(reading.busy == .value(Share(0.73)))
    #expect(reading.memoryBusy == .value(Share(0.2)))
    #expect(reading.memory == .value(Bytes(17_163_091_968)))
    #expect(reading.memoryUsed == .value(.gibi(1)))
    #expect(reading.power == .value(Watts(210)))
    #expect(reading.powerLimit == .value(Watts(241)))
    #expect(reading.powerLimitRange == .value(Watts(100)...Watts(261)))
    #expect(reading.temperature == .value(61))
    #expect(reading.slowdownTemperature == .value(100))
    #expect(reading.clock == .value(1800))
    #expect(reading.clockMost == .value(2500))
  }

  @Test func aDeviceThatIsSwitchedOffIsIdleAndNotWoken() throws {
    let box = Box()
    box.card(
      0, "amdgpu", "0000:03:00.0",
      Self.amd.merging(["power/runtime_status": "suspended\n"]) { $1 })
    let reading = try #require(try box.read().first)
    #expect(reading.busy == .value(Share(0)))
    #expect(reading.power == .unsupported)
  }

  @Test func aClientIsCountedOnceHoweverManyFilesItIs() throws {
    let box = Box()
    box.card(0, "amdgpu", "0000:03:00.0")
    box.file(100, 5, client(7, engine: 1000, vram: 1024))
    box.file(100, 6, client(7, engine: 1000, vram: 1024))
    box.file(101, 3, client(7, engine: 1000, vram: 1024))
    box.file(101, 4, client(8, engine: 50, vram: 2048))
    let reading = try #require(try box.read().first)
    #expect(reading.engineTime == .value(1050))
    #expect(reading.processes.value?.map(\.pid) == [100, 101])
    #expect(reading.processes.value?.map(\.memory) == [.mebi(1), .mebi(2)])
  }

  @Test func aCounterThatStepsBackKeepsTheLarger() throws {
    let box = Box()
    box.card(0, "amdgpu", "0000:03:00.0")
    box.file(100, 5, client(7, engine: 5000))
    #expect(try box.read().first?.engineTime == .value(5000))
    box.file(100, 5, client(7, engine: 4000))
    #expect(try box.read().first?.engineTime == .value(5000))
    box.file(100, 5, client(7, engine: 6000))
    #expect(try box.read().first?.engineTime == .value(6000))
  }

  @Test func whatAClientDidStaysDoneWhenItEnds() throws {
    let box = Box()
    box.file(100, 5, client(7, engine: 5000))
    box.file(101, 5, client(8, engine: 100))
    let clients = DRMClients(prefix: box.folder.path)
    let now = Clock.now
    let address = SafeText("0000:03:00.0")
    #expect(clients.read(candidates: [], at: now)[address]?.engineTime == 5100)
    box.folder.remove("/proc/100")
    box.file(101, 5, client(8, engine: 150))
    let after = clients.read(candidates: [], at: now.advanced(bySeconds: 1))[address]
    #expect(after?.engineTime == 5150)
    #expect(after?.processes.map(\.pid) == [101])
  }

  @Test func otherFilesAreNoClients() throws {
    let box = Box()
    box.card(0, "amdgpu", "0000:03:00.0")
    box.file(100, 5, client(7, engine: 5000), leadsTo: "/home/x/dri")
    box.file(100, 6, client(9, engine: 5000), leadsTo: "socket:[4711]")
    box.file(100, 7, "pos:\t0\n")
    #expect(try box.read().first?.processes == .value([]))
  }

  @Test func clientsBelongToTheDeviceThatTheyName() throws {
    let box = Box()
    box.card(0, "amdgpu", "0000:03:00.0")
    box.card(1, "amdgpu", "0000:0b:00.0")
    box.file(100, 5, client(7, engine: 10))
    box.file(101, 5, client(7, engine: 20, address: "0000:0b:00.0"))
    #expect(try box.read().map(\.engineTime) == [.value(10), .value(20)])
  }

  @Test func processesAreLookedForRarelyAndThoseThatAreNamedAtOnce() throws {
    let box = Box()
    box.card(0, "amdgpu", "0000:03:00.0")
    #expect(try box.read().first?.processes == .value([]))
    box.file(100, 5, client(7, engine: 1))
    box.file(101, 5, client(8, engine: 1))
    #expect(try box.read([100]).first?.processes.value?.map(\.pid) == [100])
    // One that was seen is kept in sight.
    #expect(try box.read().first?.processes.value?.map(\.pid) == [100])
    let clients = DRMClients(prefix: box.folder.path)
    let now = Clock.now
    let address = SafeText("0000:03:00.0")
    #expect(clients.read(candidates: [], at: now)[address]?.processes.count == 2)
    box.file(102, 5, client(9, engine: 1))
    #expect(
      clients.read(candidates: [], at: now.advanced(bySeconds: 5))[address]?.processes.count == 2)
    #expect(
      clients.read(candidates: [], at: now.advanced(bySeconds: 11))[address]?.processes.count == 3)
  }

  @Test func theShareOfAProcessIsItsTimeOverTheInterval() throws {
    let box = Box()
    box.file(100, 5, client(7, engine: 1_000_000_000))
    let clients = DRMClients(prefix: box.folder.path)
    let now = Clock.now
    let address = SafeText("0000:03:00.0")
    let first = clients.read(candidates: [], at: now)[address]
    #expect(first?.processes.first?.share == .unknown)
    box.file(100, 5, client(7, engine: 1_500_000_000))
    let second = clients.read(candidates: [], at: now.advanced(bySeconds: 2))[address]
    let share = try #require(second?.processes.first?.share.value)
    #expect(abs(share.value - 0.25) < 1e-6)
  }

  @Test func enginesThatAreSeveralAreDivided() throws {
    let client = try #require(
      DRMClient(
        Array(
          "drm-driver: i915\ndrm-pdev: 0000:00:02.0\ndrm-client-id: 3\ndrm-engine-video: 1000 ns\ndrm-engine-capacity-video: 2\ndrm-total-local0: 12 MiB\ndrm-total-system0: 5 MiB\n"
            .utf8)))
    #expect(client.engines[SafeText("video")] == 500)
    #expect(client.memory == .mebi(12))
  }

  @Test func cyclesOfXeAreSharesOfTime() throws {
    let box = Box()
    func info(_ used: Int, _ total: Int) -> String {
      "drm-driver:\txe\ndrm-client-id:\t3\ndrm-pdev:\t0000:03:00.0\ndrm-resident-vram0:\t1024 KiB\n"
        + "drm-cycles-ccs:\t\(used)\ndrm-total-cycles-ccs:\t\(total)\n"
    }
    box.file(100, 5, info(1000, 10_000))
    let clients = DRMClients(prefix: box.folder.path)
    let now = Clock.now
    let address = SafeText("0000:03:00.0")
    _ = clients.read(candidates: [], at: now)
    box.file(100, 5, info(4000, 14_000))
    let device = try #require(
      clients.read(candidates: [], at: now.advanced(bySeconds: 1))[address])
    #expect(abs(Double(device.engineTime) / 1e9 - 0.75) < 1e-6)
    #expect(device.processes.first?.memory == .mebi(1))
    #expect(abs((device.processes.first?.share.value?.value ?? 0) - 0.75) < 1e-6)
  }

  @Test func whatXeSaysOfItsDevice() throws {
    let box = Box()
    box.card(
      0, "xe", "0000:03:00.0",
      [
        "tile0/gt0/freq0/act_freq": "1900\n", "tile0/gt0/freq0/max_freq": "2400\n",
        "tile0/gt0/freq0/throttle/status": "1\n", "tile0/gt0/freq0/throttle/reason_pl1": "1\n",
        "tile0/gt0/freq0/throttle/reason_thermal": "0\n", "hwmon/hwmon1/energy1_input": "5000000\n",
      ])
    let first = try #require(try box.read().first)
    #expect(first.identity.vendor == .intel)
    #expect(first.clock == .value(1900))
    #expect(first.clockMost == .value(2400))
    #expect(first.throttles == .value([.power]))
    #expect(first.energy == .value(5000))
    #expect(first.power == .unknown)
    #expect(first.busy == .unsupported)
    usleep(20_000)
    box.folder.write("/sys/devices/pci0000:00/0000:03:00.0/hwmon/hwmon1/energy1_input", "6000000\n")
    let power = try #require(try box.read().first?.power.value)
    #expect(power.value > 0 && power.value <= 50)
  }

  @Test func processesThatComputeThroughROCmShowInNoFdinfo() throws {
    let box = Box()
    box.card(0, "amdgpu", "0000:03:00.0", Self.amd)
    let nodes = "/sys/class/kfd/kfd/topology/nodes"
    box.folder.write("\(nodes)/0/gpu_id", "0\n")
    box.folder.write("\(nodes)/0/properties", "cpu_cores_count 16\n")
    box.folder.write("\(nodes)/1/gpu_id", "51120\n")
    box.folder.write("\(nodes)/1/properties", "simd_count 192\nlocation_id 768\ndomain 0\n")
    let processes = "/sys/class/kfd/kfd/proc"
    box.folder.write("\(processes)/200/vram_51120", "2147483648\n")
    box.folder.write("\(processes)/200/stats_51120/cu_occupancy", "30\n")
    box.folder.write("\(processes)/201/vram_51120", "0\n")
    box.folder.make("/proc/200")
    let found = try #require(try box.read().first?.processes.value)
    #expect(found.map(\.pid) == [200])
    #expect(found.first?.memory == .gibi(2))
    #expect(found.first?.isHere == true)
  }
}
