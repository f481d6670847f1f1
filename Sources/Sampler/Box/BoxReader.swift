import CLinux
import Glibc
import Host
import Model

/// The box's own counters: /proc/stat, meminfo, PSI, diskstats and net/dev.
struct BoxReader: ~Copyable {
  private let stat: KeptFile
  private let meminfo: KeptFile
  private let cpuPressure: KeptFile
  private let memoryPressure: KeptFile
  private let ioPressure: KeptFile
  private let diskstats: KeptFile
  private let network: KeptFile
  private let hostName: SafeText
  private let numaNodes: Int
  private var interfaces: NetworkInterfaces
  /// Arrays that are used in turn: when a turn comes round, the sample that had it is gone, and its
  /// memory is taken again.
  private var cpuUsage: [[UInt64?]] = [[], [], []]
  private var turn = 0

  init(_ roots: Roots) {
    interfaces = NetworkInterfaces(sys: roots.sys)
    stat = KeptFile("\(roots.proc)/stat")
    meminfo = KeptFile("\(roots.proc)/meminfo")
    cpuPressure = KeptFile("\(roots.proc)/pressure/cpu")
    memoryPressure = KeptFile("\(roots.proc)/pressure/memory")
    ioPressure = KeptFile("\(roots.proc)/pressure/io")
    diskstats = KeptFile("\(roots.proc)/diskstats")
    network = KeptFile("\(roots.proc)/net/dev")
    var buffer = ReadBuffer()
    hostName =
      buffer.readWhole("\(roots.proc)/sys/kernel/hostname")
      ? SafeText(buffer.string.split(separator: "\n").first.map(String.init) ?? "") : .empty
    var nodes = 0
    _ = DirectoryReader().forEach(at: "\(roots.sys)/devices/system/node") { entry in
      let name = entry.name
      if strncmp(name, "node", 4) == 0, name[4] >= 0x30, name[4] <= 0x39 { nodes += 1 }
    }
    numaNodes = max(1, nodes)
  }

  /// Whether this kernel has PSI.
  var hasPressure: Bool { cpuPressure.isOpen }

  mutating func read(_ buffer: inout ReadBuffer, devices: inout BlockDevices) -> BoxReading {
    var box = BoxReading(time: Clock.now)
    box.hostName = hostName
    box.numaNodes = numaNodes
    turn = (turn + 1) % cpuUsage.count
    swap(&box.cpuUsage, &cpuUsage[turn])
    box.cpuUsage.removeAll(keepingCapacity: true)
    if stat.read(into: &buffer) { Self.parseStat(buffer.text, into: &box) }
    cpuUsage[turn] = box.cpuUsage
    box.time = Clock.now
    if meminfo.read(into: &buffer) { Self.parseMeminfo(buffer.text, into: &box) }
    if cpuPressure.read(into: &buffer) {
      box.pressure.cpuSome = Parsing.pressure(buffer.text).some
    }
    if memoryPressure.read(into: &buffer) {
      (box.pressure.memorySome, box.pressure.memoryFull) = Parsing.pressure(buffer.text)
    }
    if ioPressure.read(into: &buffer) {
      (box.pressure.ioSome, box.pressure.ioFull) = Parsing.pressure(buffer.text)
    }
    if diskstats.readRecords(into: &buffer) {
      box.io = Self.parseDiskstats(buffer.text) { devices.counts($0) }
    }
    if network.readRecords(into: &buffer) {
      box.network = Self.parseNetwork(buffer.text) { interfaces.counts($0) }
    }
    return box
  }

  /// `/proc/stat` (proc(5)): the first line adds up all CPUs in clock ticks, a `cpuN` line is there
  /// for each that is online. Guest time is contained in user time. `processes` counts what was forked.
  static func parseStat(_ text: Span<UInt8>, into box: inout BoxReading) {
    var scanner = Scanner(text)
    guard scanner.skip("cpu ") else { return }
    guard let usage = busyTime(&scanner) else { return }
    box.usage = usage
    box.stolen = scanner.number().map { $0 &* Clock.tick }
    scanner.skipLine()
    while scanner.skip("cpu") {
      if let number = scanner.number(), number < 65_536 {
        let cpu = Int(number)
        box.cpus.insert(cpu)
        while box.cpuUsage.count <= cpu { box.cpuUsage.append(nil) }
        box.cpuUsage[cpu] = busyTime(&scanner)
      }
      scanner.skipLine()
    }
    box.cores = Cores(Double(box.cpus.count))
    // intr, ctxt, btime, processes.
    for _ in 0..<4 {
      if scanner.skip("processes ") { box.forks = scanner.number() }
      scanner.skipLine()
    }
  }

  /// Nanoseconds of user, nice, system, irq and softirq, and behind them; nil where there are not even
  /// the first four numbers.
  private static func busyTime(_ scanner: inout Scanner) -> UInt64? {
    guard let user = scanner.number(), let nice = scanner.number(),
      let system = scanner.number(), scanner.number() != nil
    else { return nil }
    _ = scanner.number()  // iowait
    let interrupts = (scanner.number() ?? 0) &+ (scanner.number() ?? 0)
    return (user &+ nice &+ system &+ interrupts) &* Clock.tick
  }

  /// `/proc/meminfo` (proc(5)), in KiB.
  static func parseMeminfo(_ text: Span<UInt8>, into box: inout BoxReading) {
    var scanner = Scanner(text)
    var cached: UInt64?
    var buffers: UInt64?
    var slab: UInt64?
    var shared: UInt64?
    func bytes(_ kibibytes: UInt64?) -> Bytes? {
      kibibytes.map { Bytes(clamping: $0 &* 1024) }
    }
    while !scanner.isAtEnd {
      if scanner.skip("MemTotal:") {
        box.memory = bytes(scanner.number()) ?? Bytes(0)
      } else if scanner.skip("MemFree:") {
        box.memoryFree = bytes(scanner.number())
      } else if scanner.skip("Buffers:") {
        buffers = scanner.number()
      } else if scanner.skip("Cached:") {
        cached = scanner.number()
      } else if scanner.skip("Shmem:") {
        shared = scanner.number()
      } else if scanner.skip("SReclaimable:") {
        slab = scanner.number()
      } else if scanner.skip("SwapTotal:") {
        box.swap = bytes(scanner.number())
      } else if scanner.skip("SwapFree:") {
        if let free = bytes(scanner.number()), let swap = box.swap {
          box.swapUsed = (swap - free).orZero
        }
      }
      scanner.skipLine()
    }
    box.reclaimableSlab = bytes(slab)
    if let cached, let buffers {
      let shared = min(shared ?? 0, cached)
      box.memoryReclaimable = bytes(cached &- shared &+ buffers &+ (slab ?? 0))
    }
  }

  /// `/proc/diskstats` (Documentation/admin-guide/iostats.rst): fields 3 and 7 after the name are
  /// sectors of 512 bytes read and written.
  static func parseDiskstats(_ text: Span<UInt8>, counts: (Device) -> Bool) -> IOReading {
    var scanner = Scanner(text)
    var read: UInt64 = 0
    var written: UInt64 = 0
    while !scanner.isAtEnd {
      if let major = scanner.number(), let minor = scanner.number(),
        counts(
          Device(
            major: UInt32(truncatingIfNeeded: major), minor: UInt32(truncatingIfNeeded: minor)))
      {
        scanner.skipBlanks()
        scanner.skipWord()
        _ = scanner.number()
        _ = scanner.number()
        read &+= (scanner.number() ?? 0) &* 512
        for _ in 0..<3 { _ = scanner.number() }
        written &+= (scanner.number() ?? 0) &* 512
      }
      scanner.skipLine()
    }
    var io = IOReading()
    io.read = read
    io.written = written
    return io
  }

  /// `/proc/net/dev` (proc(5)): after `NAME:` 16 numbers, the 1st bytes received, the 9th sent.
  /// The loopback and interfaces for which `counts` is false are left out.
  static func parseNetwork(_ text: Span<UInt8>, counts: ([UInt8]) -> Bool) -> NetworkReading {
    var scanner = Scanner(text)
    var received: UInt64 = 0
    var sent: UInt64 = 0
    scanner.skipLine()
    scanner.skipLine()
    while !scanner.isAtEnd {
      scanner.skipBlanks()
      if !scanner.skip("lo:") {
        let start = scanner.position
        while let byte = scanner.next, byte != UInt8(ascii: ":"), byte != 0x0A {
          _ = scanner.skip(byte)
        }
        let name = scanner.bytes(from: start)
        if scanner.skip(UInt8(ascii: ":")), counts(name), let bytes = scanner.number() {
          received &+= bytes
          for _ in 0..<7 { _ = scanner.number() }
          sent &+= scanner.number() ?? 0
        }
      }
      scanner.skipLine()
    }
    var network = NetworkReading()
    network.received = received
    network.sent = sent
    return network
  }
}
