import Model

/// The values of one attribute of many threads as one line of text, so that taking back gives each
/// thread its own again: `0-3 812-99321=0-1 815-99321=2`.
///
/// First the value that most have, which also those get that appear later; then the threads that have
/// another one, by thread number and start.
struct ProcessThreadValues: Sendable, Hashable {
  var common: String
  var exceptions: [ProcessIdentity: String] = [:]

  /// One value for all.
  init(common: String) { self.common = common }

  /// - Parameter values: in any order; nil where there are none.
  init?(_ values: [ProcessIdentity: String]) {
    var counts: [String: Int] = [:]
    for value in values.values { counts[value, default: 0] += 1 }
    guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
      return nil
    }
    common = most.key
    exceptions = values.filter { $0.value != most.key }
  }

  /// Nil for anything that ``text`` did not write.
  init?(text: String) {
    var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
    guard let first = words.popFirst(), !first.isEmpty else { return nil }
    common = String(first)
    for word in words {
      let sides = word.split(separator: "=", maxSplits: 1)
      let thread = sides.first?.split(separator: "-", maxSplits: 1) ?? []
      guard sides.count == 2, thread.count == 2, let tid = Int32(thread[0]),
        let start = UInt64(thread[1])
      else { return nil }
      exceptions[ProcessIdentity(pid: tid, start: start)] = String(sides[1])
    }
  }

  var text: String {
    let order = exceptions.sorted { ($0.key.pid, $0.key.start) < ($1.key.pid, $1.key.start) }
    return ([common] + order.map { "\($0.key.pid)-\($0.key.start)=\($0.value)" })
      .joined(separator: " ")
  }

  func value(of thread: ProcessIdentity) -> String { exceptions[thread] ?? common }
}

extension ProcessThreadValues {
  /// What an operator would type to set them: the tools change one thread unless told of all.
  func commands(for processes: [ProcessIdentity], _ attribute: ThreadAttribute) -> [String] {
    let order = exceptions.sorted { ($0.key.pid, $0.key.start) < ($1.key.pid, $1.key.start) }
    let threads = { (pid: Int32) in attribute == .stopped ? "\(pid)" : "$(ls /proc/\(pid)/task)" }
    return processes.map { process in
      attribute == .affinity
        ? "taskset -acp \(common) \(process.pid)"
        : Self.command(attribute, common, threads(process.pid))
    } + order.map { Self.command(attribute, $0.value, "\($0.key.pid)") }
  }

  private static func command(
    _ attribute: ThreadAttribute, _ value: String, _ threads: String
  ) -> String {
    switch attribute {
    case .affinity: return "taskset -cp \(value) \(threads)"
    case .nice: return "renice -n \(value) -p \(threads)"
    case .stopped: return "kill -\(value == "stopped" ? "STOP" : "CONT") \(threads)"
    case .ioPriority:
      switch IOPriority(text: value) {
      case .realTime(let level)?: return "ionice -c 1 -n \(level) -p \(threads)"
      case .bestEffort(let level)?: return "ionice -c 2 -n \(level) -p \(threads)"
      case .idle?: return "ionice -c 3 -p \(threads)"
      default: return "ionice -c 0 -p \(threads)"
      }
    }
  }
}
