import Model

/// What loadline is told when `systemd-run` starts it again inside the scope.
///
/// As arguments: each is `=` and the bytes, everything but plain characters as `%XX`, so that no
/// version of `systemd-run` finds a variable to expand or an option in it.
struct ScopeStage: Sendable, Equatable {
  var record: RunRecord
  /// Variables that `systemd-run` needs or sets, as the caller had them: nil for not set.
  var environment: [String: String?]
  /// The descriptor of the caller's ``LaunchLock``, or -1.
  var lock: Int32
  /// Limits to verify.
  var settings: [Setting]
  /// The file to execute.
  var path: [UInt8]
  var command: [[UInt8]]

  /// Nil where the record is too long to be kept.
  func encoded() -> [String]? {
    guard let record = record.encoded() else { return nil }
    let variables = environment.sorted { $0.key < $1.key }.map { name, value in
      value.map { "\(name)=\($0)" } ?? name
    }
    let lists = [["\(lock)"], variables, settings.map(Self.text)]
    let head = lists.flatMap { ["\($0.count)"] + $0 }.map { Array($0.utf8) }
    return ([record] + head + [path] + command).map(Self.escaped)
  }

  /// Nil for anything that ``encoded()`` did not write.
  init?(decoding arguments: [String]) {
    var parts = arguments.compactMap(Self.unescaped)[...]
    guard parts.count == arguments.count,
      let record = parts.popFirst().flatMap({ RunRecord(decoding: $0) }),
      let lock = Self.list(&parts)?.first.flatMap({ Int32($0) }),
      let variables = Self.list(&parts), let texts = Self.list(&parts),
      let path = parts.popFirst(), !parts.isEmpty
    else { return nil }
    let settings = texts.compactMap(Self.setting)
    guard settings.count == texts.count else { return nil }
    var environment: [String: String?] = [:]
    for variable in variables {
      let end = variable.firstIndex(of: "=")
      let value = end.map { String(variable[variable.index(after: $0)...]) }
      environment.updateValue(value, forKey: String(variable[..<(end ?? variable.endIndex)]))
    }
    self.init(
      record: record, environment: environment, lock: lock, settings: settings, path: path,
      command: Array(parts))
  }

  /// Takes a count and as many texts.
  private static func list(_ parts: inout ArraySlice<[UInt8]>) -> [String]? {
    guard let count = parts.popFirst().flatMap({ Int(String(decoding: $0, as: UTF8.self)) }),
      (0...parts.count).contains(count)
    else { return nil }
    defer { parts = parts.dropFirst(count) }
    return parts.prefix(count).map { String(decoding: $0, as: UTF8.self) }
  }

  init(
    record: RunRecord, environment: [String: String?], lock: Int32, settings: [Setting],
    path: [UInt8], command: [[UInt8]]
  ) {
    self.record = record
    self.environment = environment
    self.lock = lock
    self.settings = settings
    self.path = path
    self.command = command
  }

  /// `memory/memory.max/1048576`, or `io-read/io.max/8:0 rbps=5/8:0`.
  private static func text(_ setting: Setting) -> String {
    let fields = [setting.kind.rawValue, setting.file, setting.value]
    if case .disk(let disk, _) = setting.check {
      return (fields + ["\(disk)"]).joined(separator: "/")
    }
    return fields.joined(separator: "/")
  }

  private static func setting(_ text: String) -> Setting? {
    let fields = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (3...4).contains(fields.count), let kind = RunLimits.Kind(rawValue: fields[0]) else {
      return nil
    }
    var check = Setting.Check.equals(fields[2])
    if kind == .cpus {
      guard let cpus = CPUSet(parsing: fields[2]) else { return nil }
      check = .cpus(cpus, file: Setting.effectiveCPUs)
    } else if fields.count == 4 {
      guard let disk = DiskNumber(parsing: fields[3]),
        let word = fields[2].split(separator: " ").last
      else { return nil }
      check = .disk(disk, String(word))
    }
    return Setting(
      kind: kind, controller: fields[1].split(separator: ".").first.map(String.init) ?? "",
      file: fields[1], value: fields[2], check: check, mayBeMissing: fields[1] == "memory.swap.max")
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    var text = "="
    for byte in bytes {
      let isPlain = byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "%")
      if isPlain, byte != UInt8(ascii: "$"), byte != UInt8(ascii: "\\") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return text
  }

  private static func unescaped(_ text: String) -> [UInt8]? {
    var rest = text.utf8[...]
    guard rest.popFirst() == UInt8(ascii: "=") else { return nil }
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.count >= 2, let value = UInt8(String(Substring(rest.prefix(2))), radix: 16)
        else {
          return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
