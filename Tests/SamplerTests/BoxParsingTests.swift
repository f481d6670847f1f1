import Host
import Model
import Testing

@testable import Sampler

@Suite struct BoxParsingTests {
  private func stat(_ text: String) -> BoxReading {
    var box = BoxReading(time: Instant(nanoseconds: 0))
    BoxReader.parseStat(Array(text.utf8).span, into: &box)
    return box
  }

  private func meminfo(_ text: String) -> BoxReading {
    var box = BoxReading(time: Instant(nanoseconds: 0))
    BoxReader.parseMeminfo(Array(text.utf8).span, into: &box)
    return box
  }

  @Test func usageIsEverythingButIdleIOWaitAndSteal() {
    let box = stat(
      """
      cpu  100 20 30 9999 888 4 5 77 11 22
      cpu0 50 10 15 0 0 2 2 0 0 0
      cpu1 50 10 15 0 0 2 3 0 0 0
      intr 123
      ctxt 5

      """)
    #expect(box.usage == (100 + 20 + 30 + 4 + 5) * Clock.tick)
    #expect(box.stolen == 77 * Clock.tick)
    #expect(box.cores == Cores(2))
    #expect(box.cpus == CPUSet([0, 1]))
  }

  @Test func countsOnlyTheCPUsThatAreOnline() {
    let box = stat("cpu  1 1 1 1 1 1 1 1\ncpu0 1\ncpu3 1\ncpu70 1\nintr 9\n")
    #expect(box.cores == Cores(3))
    #expect(box.cpus.description == "0,3,70")
  }

  @Test func eachCPUHasItsOwnTimeByItsNumber() {
    let box = stat(
      "cpu  9 9 9 9 9 9 9 9\ncpu0 1 2 3 99 99 4 5 7 8 9\ncpu2 1 0 0 5\ncpu3 1\nintr 9\n")
    #expect(box.cpuUsage == [15 * Clock.tick, nil, Clock.tick, nil])
  }

  @Test func forksAreCountedBehindTheInterrupts() {
    let box = stat(
      """
      cpu  1 2 3 4
      cpu0 1 2 3 4
      intr 9 8 7 0 0 0
      ctxt 5
      btime 1700000000
      processes 4711
      procs_running 1

      """)
    #expect(box.forks == 4711)
    #expect(stat("cpu  1 2 3 4\ncpu0 1 2 3 4\nintr 9\n").forks == nil)
  }

  @Test func anOldKernelsShortLineStillGivesUsage() {
    let box = stat("cpu 1 2 3 4\ncpu0 1 2 3 4\n")
    #expect(box.usage == 6 * Clock.tick)
    #expect(box.stolen == nil)
  }

  @Test(arguments: ["", "cpu", "cpu  1 2 x", "intr 5\n", "cpu0 1 2 3 4\n"])
  func aFileThatIsNotAsDocumentedLeavesUsageUnknown(text: String) {
    #expect(stat(text).usage == nil)
  }

  @Test func memoryIsSplitIntoFreeAndReclaimable() {
    let box = meminfo(
      """
      MemTotal:       2014520 kB
      MemFree:        1000000 kB
      MemAvailable:   1848480 kB
      Buffers:             10 kB
      Cached:            4364 kB
      SwapCached:          99 kB
      Shmem:              364 kB
      SReclaimable:       100 kB
      SwapTotal:         2048 kB
      SwapFree:          1024 kB

      """)
    #expect(box.memory == Bytes(2_014_520 << 10))
    #expect(box.memoryFree == Bytes(1_000_000 << 10))
    #expect(box.memoryReclaimable == Bytes((4364 - 364 + 10 + 100) << 10))
    #expect(box.swap == Bytes(2048 << 10))
    #expect(box.swapUsed == Bytes(1024 << 10))
  }

  @Test func absurdNumbersAreHeldAndNotFatal() {
    let huge = "18446744073709551615"
    _ = meminfo(
      "MemTotal: \(huge) kB\nMemFree: \(huge) kB\nBuffers: \(huge) kB\nCached: \(huge) kB\n"
        + "Shmem: 1 kB\nSReclaimable: \(huge) kB\nSwapTotal: 1 kB\nSwapFree: \(huge) kB\n")
    _ = stat("cpu \(huge) \(huge) \(huge) \(huge) \(huge) \(huge) \(huge) \(huge)\n")
  }

  @Test func withoutTheCacheNothingIsCalledReclaimable() {
    #expect(meminfo("MemTotal: 5 kB\nMemFree: 3 kB\n").memoryReclaimable == nil)
  }

  @Test func sectorsAreOf512Bytes() {
    let text = """
       254       0 vda 3 0 24 6 5 0 100 0 0 6 6 0 0 0 0 0 0
       254       1 vda1 3 0 24 6 5 0 100 0 0 6 6
         7       0 loop0 9 9 9 9 9 9 9 9 9 9 9

      """
    let io = BoxReader.parseDiskstats(Array(text.utf8).span) { $0 == Device(major: 254, minor: 0) }
    #expect(io.read == 24 * 512)
    #expect(io.written == 100 * 512)
  }
}

@Suite struct NetworkParsingTests {
  private let text = """
    Inter-|   Receive                                                |  Transmit
     face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop
        lo:     999    0    0    0    0     0          0         0      999       0    0    0
      eth0:     100    1    0    0    0     0          0         0       70       1    0    0
    docker0:     40    1    0    0    0     0          0         0       30       1    0    0

    """

  @Test func addsUpTheInterfacesThatCount() {
    let network = BoxReader.parseNetwork(Array(text.utf8).span) { $0 == Array("eth0".utf8) }
    #expect(network.received == 100)
    #expect(network.sent == 70)
  }

  @Test func theLoopbackNeverCounts() {
    let network = BoxReader.parseNetwork(Array(text.utf8).span) { _ in true }
    #expect(network.received == 140)
    #expect(network.sent == 100)
  }

  @Test func onlyInterfacesOfHardwareCountWhereThereAreAny() {
    let box = FakeBox()
    box.make("/sys/class/net/lo")
    box.make("/sys/class/net/docker0")
    box.make("/sys/class/net/eth0/device")
    var interfaces = NetworkInterfaces(sys: box.roots.sys)
    let answers = ["eth0", "docker0"].map { interfaces.counts(Array($0.utf8)) }
    #expect(answers == [true, false])
  }

  @Test func inAContainerWithoutHardwareEveryInterfaceCounts() {
    let box = FakeBox()
    box.make("/sys/class/net/lo")
    box.make("/sys/class/net/eth0")
    var interfaces = NetworkInterfaces(sys: box.roots.sys)
    let answer = interfaces.counts(Array("eth0".utf8))
    #expect(answer)
  }
}

@Suite struct BlockDeviceTests {
  /// A disk with a partition, LVM and RAID on it, and a loop file.
  private func box() -> FakeBox {
    let box = FakeBox()
    box.make("/sys/devices/disk/sda/sda1")
    box.make("/sys/devices/disk/sda/slaves")
    box.write("/sys/devices/disk/sda/sda1/partition", "1\n")
    for (name, target) in [
      ("8:0", "../../devices/disk/sda"), ("8:1", "../../devices/disk/sda/sda1"),
      ("253:0", "../../devices/virtual/block/dm-0"), ("9:0", "../../devices/virtual/block/md0"),
      ("7:0", "../../devices/virtual/block/loop0"), ("251:0", "../../devices/virtual/block/zram0"),
    ] {
      box.link("/sys/dev/block/\(name)", to: target)
    }
    box.link("/sys/devices/virtual/block/dm-0/slaves/sda", to: "../../../../disk/sda")
    box.link("/sys/devices/virtual/block/md0/slaves/sda1", to: "../../../../disk/sda/sda1")
    box.make("/sys/devices/virtual/block/loop0/slaves")
    box.make("/sys/devices/virtual/block/zram0/slaves")
    return box
  }

  @Test(
    arguments: [
      (8, 0, true), (8, 1, false), (253, 0, false), (9, 0, false), (7, 0, false), (251, 0, false),
    ] as [(UInt32, UInt32, Bool)])
  func aByteIsCountedOnceAtTheLowestDevice(major: UInt32, minor: UInt32, counts: Bool) {
    let box = box()
    var devices = BlockDevices(sys: box.roots.sys)
    let answer = devices.counts(Device(major: major, minor: minor))
    #expect(answer == counts)
  }

  @Test func withoutSysfsMemoryDisksAndLoopsAreKnownByNumber() {
    let box = FakeBox()
    box.remove("/sys")
    var devices = BlockDevices(sys: box.roots.sys)
    let answers = [(259, 0), (7, 3), (1, 0)].map {
      devices.counts(Device(major: $0.0, minor: $0.1))
    }
    #expect(answers == [true, false, false])
  }
}
