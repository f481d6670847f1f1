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
