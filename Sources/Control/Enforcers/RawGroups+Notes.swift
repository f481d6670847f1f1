import CLinux
import Glibc
import Model

extension RawGroups {
  func notes(on change: Change) -> [String] {
    guard let path = try? pinned(change.target), let place = try? place(of: change.knob, path)
    else { return [] }
    let name = change.target.name
    switch change.to {
    case .cpus: return stragglers(of: place.directory, name)
    case .frozen(true):
      return [
        "\(name) stands still with all its memory, on the GPU too; what it was talking to may give up waiting."
      ]
    case .memoryHigh(.at(let high)):
      guard let use = MemoryUse(place.directory, place.interface), use.hard > high.count else {
        return []
      }
      return [
        "\(name) holds \(shortBytes(use.hard)) that cannot be reclaimed, more than \(shortBytes(high.count)): it is slowed until it nearly stands still."
      ]
    case .write(.at) where place.interface == .v1:
      return [
        "cgroup v1 holds back direct and synchronous writes only: buffered ones pass unthrottled."
      ]
    default: return []
    }
  }

  /// Threads that pinned themselves once: widening a core set brings back their own old set, not the
  /// whole one.
  private func stragglers(of directory: String, _ name: SafeText) -> [String] {
    let files = GroupFiles()
    guard let all = files.effectiveCPUs(directory) else { return [] }
    var found: [String: (threads: Int, pid: Int32, cpus: CPUSet)] = [:]
    for pid in processIDs(in: directory).prefix(Self.mostProcesses) {
      for thread in Files.names(in: "\(system.proc)/\(pid)/task").compactMap({ Int32($0) }) {
        guard let cpus = Affinity.of(thread), cpus.intersection(all) != all else { continue }
        found["\(pid) \(cpus)", default: (0, pid, cpus)].threads += 1
      }
    }
    return found.values.sorted { ($0.pid, $0.threads) < ($1.pid, $1.threads) }.prefix(5).map {
      let comm = SafeText(Files.line("\(system.proc)/\($0.pid)/comm") ?? "")
      let threads = $0.threads == 1 ? "1 thread" : "\($0.threads) threads"
      return
        "\(threads) of \(comm) (\($0.pid)) in \(name) pinned themselves to CPU \($0.cpus) and stay there: taskset -acp \(all) \($0.pid) frees them."
    }
  }

  private static let mostProcesses = 4096

  /// The processes of a group and of those below it.
  func processIDs(in directory: String) -> [Int32] {
    ([directory] + GroupFiles().descendants(of: directory)).flatMap { group in
      (Files.text("\(group)/cgroup.procs") ?? "").split(separator: "\n").compactMap { Int32($0) }
    }
  }

  /// The processes of a job, each with its start time.
  func processes(of target: Target) throws(ChangeFailure) -> [ProcessIdentity] {
    _ = try pinned(target)
    guard let directory = lockDirectory(of: target) else { return [] }
    return processIDs(in: directory).compactMap { pid in
      Processes.start(pid: pid, proc: system.proc).map { ProcessIdentity(pid: pid, start: $0) }
    }
  }
}
