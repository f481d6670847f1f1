import Model

/// What one open file of a DRM driver says of itself in `/proc/PID/fdinfo/N`
/// (Documentation/gpu/drm-usage-stats.rst).
struct DRMClient {
  var address: SafeText?
  var id: UInt64?
  /// Nanoseconds in which its work kept an engine busy, by engine; divided by how many of that engine
  /// there are.
  var engines: [SafeText: UInt64] = [:]
  /// Cycles that its work took of an engine and that the engine had (xe).
  var cycles: [SafeText: Cycles] = [:]
  /// Bytes in the device's own memory; nil where it says nothing of any.
  var memory: Bytes?

  struct Cycles: Equatable {
    var used: UInt64 = 0
    var total: UInt64 = 0
  }

  /// nil where the text is not that of a DRM driver.
  init?(_ text: [UInt8]) {
    var isDRM = false
    var capacities: [SafeText: UInt64] = [:]
    var legacy: UInt64?
    var resident: UInt64?
    var total: UInt64?
    for line in text.split(separator: 0x0A) where line.starts(with: Array("drm-".utf8)) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let key = line[..<colon].dropFirst(4)
      let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
      func rest(after prefix: StaticString) -> SafeText? {
        let count = prefix.utf8CodeUnitCount
        let isPrefix = prefix.withUTF8Buffer { key.starts(with: $0) }
        return isPrefix && key.count > count ? SafeText(bytes: key.dropFirst(count)) : nil
      }
      func add(_ amount: UInt64?, to sum: inout UInt64?) {
        if let amount { sum = (sum ?? 0) &+ amount }
      }
      if key.elementsEqual("driver".utf8) {
        isDRM = true
      } else if key.elementsEqual("pdev".utf8) {
        address = SafeText(bytes: value.prefix { $0 > 0x20 })
      } else if key.elementsEqual("client-id".utf8) {
        id = Digits.number(value)
      } else if let engine = rest(after: "engine-capacity-") {
        capacities[engine] = Digits.number(value)
      } else if let engine = rest(after: "engine-") {
        engines[engine] = Digits.number(value)
      } else if let engine = rest(after: "total-cycles-") {
        cycles[engine, default: Cycles()].total = Digits.number(value) ?? 0
      } else if let engine = rest(after: "cycles-") {
        cycles[engine, default: Cycles()].used = Digits.number(value) ?? 0
      } else if let region = rest(after: "memory-") {
        if Self.isOwn(region) { add(Self.bytes(value), to: &legacy) }
      } else if let region = rest(after: "resident-") {
        if Self.isOwn(region) { add(Self.bytes(value), to: &resident) }
      } else if let region = rest(after: "total-") {
        if Self.isOwn(region) { add(Self.bytes(value), to: &total) }
      }
    }
    guard isDRM else { return nil }
    for (engine, capacity) in capacities where capacity > 1 {
      if let time = engines[engine] { engines[engine] = time / capacity }
      if let used = cycles[engine]?.used { cycles[engine]?.used = used / capacity }
    }
    memory = (resident ?? legacy ?? total).map { Bytes(clamping: $0) }
  }

  /// Whether a region is the device's own memory: `vram`, `vram0`, `local0`. The others are the box's.
  private static func isOwn(_ region: SafeText) -> Bool {
    region.string.hasPrefix("vram") || region.string.hasPrefix("local")
  }

  /// `12 KiB`, `3 MiB`, or bytes.
  private static func bytes(_ value: ArraySlice<UInt8>) -> UInt64? {
    guard let number = Digits.number(value) else { return nil }
    let unit = value.drop { $0 >= 0x30 && $0 <= 0x39 }.drop { $0 == 0x20 }
    let shift: UInt64 =
      if unit.starts(with: "KiB".utf8) { 10 } else if unit.starts(with: "MiB".utf8) {
        20
      } else if unit.starts(with: "GiB".utf8) { 30 } else { 0 }
    return number > UInt64.max >> shift ? .max : number << shift
  }
}
