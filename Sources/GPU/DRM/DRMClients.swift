import CLinux
import Glibc
import Model

/// Finds the clients of DRM drivers among processes: whoever has a file below `/dev/dri` open.
final class DRMClients {
  private let prefix: String
  /// Processes that were seen to have one.
  private var holders: Set<Int32> = []
  private var nextScan = Instant(nanoseconds: 0)
  private var totals: [Key: Totals] = [:]
  /// Time of clients that have gone, by device: what they did stays done.
  private var gone: [SafeText: UInt64] = [:]
  private var round: UInt64 = 0

  /// Seconds between looking at all processes.
  static let scanEvery = 10.0

  /// A client is known by its device and its number: several descriptors and several processes can
  /// be one.
  private struct Key: Hashable {
    let address: SafeText
    let id: UInt64
  }

  /// Counters of one client, held against going back.
  private struct Totals {
    var engines: [SafeText: UInt64] = [:]
    var cycles: [SafeText: DRMClient.Cycles] = [:]
    /// Nanoseconds made of shares of cycles, which are not time by themselves.
    var fromCycles = 0.0
    var seen: UInt64 = 0
    var read: Instant
    /// Nanoseconds of all engines at the last reading; nil before the first.
    var known: UInt64?
    var time: UInt64 { known ?? 0 }
  }

  /// What the clients of one device add up to.
  struct Device {
    var engineTime: UInt64 = 0
    var processes: [GPUProcess] = []
  }

  init(prefix: String) { self.prefix = prefix }

  /// Reads the clients of every device, by its PCI address.
  func read(candidates: [Int32], at now: Instant) -> [SafeText: Device] {
    round += 1
    var pids = holders.union(candidates)
    if nextScan <= now {
      nextScan = now.advanced(bySeconds: Self.scanEvery)
      for name in SmallFile.names(in: prefix + "/proc") {
        if let pid = Int32(name) { pids.insert(pid) }
      }
    }
    holders = []
    var devices: [SafeText: Device] = [:]
    var counted: Set<Key> = []
    for pid in pids.sorted() { read(pid, at: now, &devices, &counted) }
    for (key, total) in totals where total.seen != round {
      gone[key.address, default: 0] &+= total.time
      totals[key] = nil
    }
    for (address, time) in gone { devices[address, default: Device()].engineTime &+= time }
    return devices
  }

  private func read(
    _ pid: Int32, at now: Instant, _ devices: inout [SafeText: Device], _ counted: inout Set<Key>
  ) {
    let links = open("\(prefix)/proc/\(pid)/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard links >= 0 else { return }
    guard let stream = fdopendir(links) else {
      _ = close(links)
      return
    }
    defer { closedir(stream) }
    var infos: Int32 = -1
    defer { if infos >= 0 { _ = close(infos) } }
    while let entry = readdir(stream) {
      withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          guard SmallFile.links(name, in: links, toPrefix: "/dev/dri/") else { return }
          if infos < 0 {
            infos = open("\(prefix)/proc/\(pid)/fdinfo", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
          }
          guard infos >= 0, let text = SmallFile.bytes(name, in: infos),
            let client = DRMClient(text), let address = client.address, let id = client.id
          else { return }
          holders.insert(pid)
          let key = Key(address: address, id: id)
          guard counted.insert(key).inserted else { return }
          count(client, key, of: pid, at: now, &devices[address, default: Device()])
        }
      }
    }
  }

  private func count(
    _ client: DRMClient, _ key: Key, of pid: Int32, at now: Instant, _ device: inout Device
  ) {
    var totals = totals[key] ?? Totals(read: now)
    for (engine, time) in client.engines {
      // The driver may say less than it said before: the larger is right.
      totals.engines[engine] = max(totals.engines[engine] ?? 0, time)
    }
    let seconds = now.seconds(since: totals.read)
    var share = 0.0
    for (engine, cycles) in client.cycles {
      if let before = totals.cycles[engine], cycles.total > before.total {
        let used = cycles.used > before.used ? cycles.used - before.used : 0
        share += min(1, Double(used) / Double(cycles.total - before.total))
      }
      totals.cycles[engine] = DRMClient.Cycles(
        used: max(cycles.used, totals.cycles[engine]?.used ?? 0),
        total: max(cycles.total, totals.cycles[engine]?.total ?? 0))
    }
    totals.fromCycles += share * seconds * 1e9
    let time = totals.engines.values.reduce(0, &+) &+ UInt64(totals.fromCycles)
    var process = GPUProcess(pid: pid, memory: client.memory)
    if let before = totals.known, seconds > 0 {
      let used = time > before ? Double(time - before) : 0
      process.share = .value(Share(min(1, used / (seconds * 1e9))))
    } else {
      process.share = .unknown
    }
    totals.known = time
    totals.read = now
    totals.seen = round
    self.totals[key] = totals
    device.engineTime &+= time
    if let known = device.processes.firstIndex(where: { $0.pid == pid }) {
      device.processes[known].add(process)
    } else {
      device.processes.append(process)
    }
  }
}

extension GPUProcess {
  /// Adds what another context of the same process has.
  mutating func add(_ other: GPUProcess) {
    if let amount = other.memory { memory = (memory ?? .zero) + amount }
    if let part = other.share.value {
      share = .value(Share(min(1, (share.value?.value ?? 0) + part.value)))
    }
  }
}
