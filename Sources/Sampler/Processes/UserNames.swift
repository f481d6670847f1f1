import Glibc
import Model

/// Names of users by their numbers: from `/etc/passwd`, else asked of the system off the tick.
struct UserNames {
  private var names: [UInt32: SafeText] = [:]
  private var asked: Set<UInt32> = []

  init(_ roots: Roots) {
    var buffer = ReadBuffer(capacity: 16 << 10)
    guard buffer.readWhole("\(roots.prefix)/etc/passwd") else { return }
    for line in buffer.string.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count > 2, let id = UInt32(fields[2]), names[id] == nil {
        names[id] = SafeText(String(fields[0]))
      }
    }
  }

  /// The name, or the number while (or where) there is none.
  mutating func name(_ id: UInt32, _ inspector: Inspector) -> SafeText {
    if let name = names[id] { return name }
    if asked.insert(id).inserted { _ = inspector.ask(.user(id)) }
    return SafeText("\(id)")
  }

  mutating func learn(_ id: UInt32, _ name: String?) {
    if let name { names[id] = SafeText(name) }
  }

  /// Asks the system's directories (getpwuid_r(3)), which may take seconds.
  static func ask(_ id: UInt32) -> String? {
    var record = passwd()
    var result: UnsafeMutablePointer<passwd>?
    var storage = [CChar](repeating: 0, count: 16 << 10)
    return storage.withUnsafeMutableBufferPointer { storage in
      guard let start = storage.baseAddress,
        getpwuid_r(id, &record, start, storage.count, &result) == 0, result != nil,
        let name = record.pw_name
      else { return nil }
      return String(cString: name)
    }
  }
}
