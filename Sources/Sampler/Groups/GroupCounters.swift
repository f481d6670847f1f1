import Host
import Model

/// The counters of one group on kept descriptors: what is read of a job at every tick.
final class GroupCounters {
  private let version2: Bool
  private let usage: KeptFile
  private let memoryCurrent: KeptFile
  private let memoryStat: KeptFile
  private let memoryEvents: KeptFile
  private let memoryFailures: KeptFile
  private let memoryKernel: KeptFile
  private let io: KeptFile
  private let isLegacyIO: Bool
  private let cpuPressure: KeptFile
  private let memoryPressure: KeptFile
  private let ioPressure: KeptFile
  private let tasks: KeptFile
  /// The memory that was read last, with the CPU time used until then.
  private var last: (usage: UInt64, time: Instant, memory: MemoryReading)?

  private static let idleEverySeconds = 4.5

  init(_ group: String, _ paths: GroupPaths) {
    let unified = paths.unified(group) ?? "/nonexistent"
    version2 = paths.accountsInUnified
    usage =
      version2
      ? KeptFile("\(unified)/cpu.stat") : paths.keep("cpuacct.usage", of: group, legacy: "cpuacct")
    // A hybrid box may have its memory controller on either side: the files say which.
    // The root group of v2 has statistics but neither current usage nor events.
    let memory2 = paths.keep("memory.stat", of: group, unified: "memory")
    if memory2.isOpen {
      memoryStat = memory2
      memoryCurrent = paths.keep("memory.current", of: group, unified: "memory")
      memoryEvents = paths.keep("memory.events", of: group, unified: "memory")
      memoryFailures = KeptFile()
      memoryKernel = KeptFile()
    } else {
      memoryCurrent = paths.keep("memory.usage_in_bytes", of: group, legacy: "memory")
      memoryStat = paths.keep("memory.stat", of: group, legacy: "memory")
      memoryEvents = paths.keep("memory.oom_control", of: group, legacy: "memory")
      memoryFailures = paths.keep("memory.failcnt", of: group, legacy: "memory")
      memoryKernel = paths.keep("memory.kmem.usage_in_bytes", of: group, legacy: "memory")
    }
    let io2 = paths.keep("io.stat", of: group, unified: "io")
    isLegacyIO = !io2.isOpen && !version2
    if !isLegacyIO {
      io = io2
    } else {
      let recursive = paths.keep(
        "blkio.throttle.io_service_bytes_recursive", of: group, legacy: "blkio")
      if recursive.isOpen {
        io = recursive
      } else {
        io = paths.keep("blkio.throttle.io_service_bytes", of: group, legacy: "blkio")
      }
    }
    cpuPressure = KeptFile("\(unified)/cpu.pressure")
    memoryPressure = KeptFile("\(unified)/memory.pressure")
    ioPressure = KeptFile("\(unified)/io.pressure")
    let tasks2 = paths.keep("pids.current", of: group, unified: "pids")
    if tasks2.isOpen {
      tasks = tasks2
    } else {
      tasks = paths.keep("pids.current", of: group, legacy: "pids")
    }
  }

  /// The kernel's memory is one number here, with what can be reclaimed of it (v1).
  var kernelHasReclaimable: Bool { memoryKernel.isOpen }

  /// Reads every counter; false when the group is gone.
  func read(
    _ buffer: inout ReadBuffer, _ devices: inout BlockDevices, into reading: inout JobReading
  ) -> Bool {
    guard usage.read(into: &buffer) else { return false }
    reading.time = Clock.now
    reading.cpu.usage = version2 ? Self.usage2(buffer.text) : Self.single(buffer.text)
    readMemory(&buffer, into: &reading)
    if io.read(into: &buffer) {
      reading.io =
        isLegacyIO
        ? Parsing.blkioBytes(buffer.text) { devices.counts($0) }
        : Parsing.ioStat(buffer.text) { devices.counts($0) }
    }
    if cpuPressure.read(into: &buffer) {
      (reading.pressure.cpuSome, reading.pressure.cpuFull) = Parsing.pressure(buffer.text)
    }
    if memoryPressure.read(into: &buffer) {
      (reading.pressure.memorySome, reading.pressure.memoryFull) = Parsing.pressure(buffer.text)
    }
    if ioPressure.read(into: &buffer) {
      (reading.pressure.ioSome, reading.pressure.ioFull) = Parsing.pressure(buffer.text)
    }
    reading.threads = tasks.number(&buffer).map { Int(clamping: $0) }
    return true
  }

  /// Reads memory by kind (v2 `memory.stat`, `memory.events`; v1 the `total_` lines).
  ///
  /// These are half the cost of a group. One that has used no CPU time can have allocated nothing,
  /// only the kernel may have taken something back: it is read every few seconds.
  private func readMemory(_ buffer: inout ReadBuffer, into reading: inout JobReading) {
    if let last, let usage = reading.cpu.usage, usage == last.usage,
      reading.time.seconds(since: last.time) < Self.idleEverySeconds
    {
      reading.memory = last.memory
      return
    }
    readMemory(&buffer, into: &reading.memory)
    last = reading.cpu.usage.map { (usage: $0, time: reading.time, memory: reading.memory) }
  }

  private func readMemory(_ buffer: inout ReadBuffer, into memory: inout MemoryReading) {
    memory.charged = memoryCurrent.number(&buffer).map { Bytes(clamping: $0) }
    if memoryStat.read(into: &buffer) { Self.parseMemoryStat(buffer.text, into: &memory) }
    if memoryKernel.isOpen, let kernel = memoryKernel.number(&buffer) {
      memory.kernel = Bytes(clamping: kernel)
    }
    if memoryEvents.read(into: &buffer) { Self.parseEvents(buffer.text, into: &memory) }
    if memoryFailures.isOpen { memory.limitHits = memoryFailures.number(&buffer) }
  }

  static func single(_ text: Span<UInt8>) -> UInt64? {
    var scanner = Scanner(text)
    return scanner.number()
  }

  /// `usage_usec` of v2's `cpu.stat`, in nanoseconds.
  static func usage2(_ text: Span<UInt8>) -> UInt64? {
    var scanner = Scanner(text)
    while !scanner.isAtEnd {
      if scanner.skip("usage_usec ") { return scanner.number().map { $0 &* 1000 } }
      scanner.skipLine()
    }
    return nil
  }

  /// `memory.stat` of both versions.
  ///
  /// v2: anon, file (with shmem), shmem, kernel, sock, slab_reclaimable, unevictable
  /// (Documentation/admin-guide/cgroup-v2.rst). v1: total_rss, total_cache (with shmem),
  /// total_shmem, total_unevictable (cgroup-v1/memory.rst); in both since 5.9 workingset_refault_anon
  /// and _file, with `total_` before them in v1; in newer kernels' v2 pswpin. Kernels before 5.18 have
  /// no `kernel` line: its parts are added up. Network buffers (`sock`) are beside it in all of them.
  static func parseMemoryStat(_ text: Span<UInt8>, into memory: inout MemoryReading) {
    var scanner = Scanner(text)
    var file: UInt64?
    var shared: UInt64?
    var kernel: UInt64?
    var reclaimable: UInt64 = 0
    var parts: UInt64 = 0
    var sockets: UInt64 = 0
    var hasParts = false
    func bytes(_ number: UInt64?) -> Bytes? { number.map { Bytes(clamping: $0) } }
    while !scanner.isAtEnd {
      // Most of some fifty lines are passed over: by their first letter, which is cheap.
      switch scanner.next {
      case UInt8(ascii: "t"):
        guard scanner.skip("total_") else { break }
        if scanner.skip("rss ") {
          memory.anonymous = bytes(scanner.number())
        } else if scanner.skip("cache ") {
          file = scanner.number()
        } else if scanner.skip("shmem ") {
          shared = scanner.number()
        } else if scanner.skip("unevictable ") {
          memory.unevictable = bytes(scanner.number())
        } else if scanner.next == UInt8(ascii: "w") {
          parseRefaults(&scanner, into: &memory)
        }
      case UInt8(ascii: "w"): parseRefaults(&scanner, into: &memory)
      case UInt8(ascii: "a"):
        if scanner.skip("anon ") { memory.anonymous = bytes(scanner.number()) }
      case UInt8(ascii: "f"): if scanner.skip("file ") { file = scanner.number() }
      case UInt8(ascii: "s"):
        if scanner.skip("shmem ") {
          // v1 prints its own level first and the totals later: the later one stands.
          shared = scanner.number()
        } else if scanner.skip("slab_reclaimable ") {
          reclaimable = scanner.number() ?? 0
        } else if scanner.skip("slab_unreclaimable ") {
          parts &+= scanner.number() ?? 0
          hasParts = true
        } else if scanner.skip("sock ") {
          sockets = scanner.number() ?? 0
        }
      case UInt8(ascii: "k"), UInt8(ascii: "p"):
        if scanner.skip("kernel ") {
          kernel = scanner.number()
        } else if scanner.skip("kernel_stack ") || scanner.skip("pagetables ")
          || scanner.skip("percpu ")
        {
          parts &+= scanner.number() ?? 0
          hasParts = true
        } else if scanner.skip("pswpin ") {
          memory.swapIns = scanner.number()
        }
      case UInt8(ascii: "u"):
        if scanner.skip("unevictable ") { memory.unevictable = bytes(scanner.number()) }
      default: break
      }
      scanner.skipLine()
    }
    memory.shared = bytes(shared)
    if let file { memory.file = bytes(file - min(file, shared ?? 0)) }
    if let kernel {
      memory.kernel = bytes(kernel - min(kernel, reclaimable) &+ sockets)
    } else if hasParts {
      memory.kernel = bytes(parts &+ sockets)
    }
  }

  /// One of the `workingset_` lines. v1 prints its own level first and the totals later: the later one
  /// stands.
  private static func parseRefaults(_ scanner: inout Scanner, into memory: inout MemoryReading) {
    guard scanner.skip("workingset_refault_") else { return }
    if scanner.skip("anon ") {
      memory.anonymousRefaults = scanner.number()
    } else if scanner.skip("file ") {
      memory.fileRefaults = scanner.number()
    }
  }

  /// v2 `memory.events` (max, high, oom_kill) and v1 `memory.oom_control` (oom_kill).
  static func parseEvents(_ text: Span<UInt8>, into memory: inout MemoryReading) {
    var scanner = Scanner(text)
    var hits: UInt64?
    while !scanner.isAtEnd {
      if scanner.skip("oom_kill ") {
        memory.oomKills = scanner.number()
      } else if scanner.skip("max ") {
        hits = (hits ?? 0) &+ (scanner.number() ?? 0)
      } else if scanner.skip("high ") {
        memory.highEvents = scanner.number()
        hits = (hits ?? 0) &+ (memory.highEvents ?? 0)
      }
      scanner.skipLine()
    }
    memory.limitHits = hits
  }
}
