import Model

/// The events in a TensorBoard file (`events.out.tfevents.*`), as they are appended.
///
/// A file is a chain of TFRecords: length (u64, little-endian), masked CRC-32C of these eight bytes,
/// the data, masked CRC-32C of the data (`tensorflow/core/lib/io/record_writer.h`). The data is an
/// `Event` protobuf (`tensorflow/core/util/event.proto`): wall_time = 1 (double), step = 2 (int64),
/// summary = 5, whose value = 1 has tag = 1 and simple_value = 2 (float).
struct TensorBoardEvents {
  private var pending: [UInt8] = []
  /// A checksum was wrong: where the next record begins is not known any more.
  private(set) var isBroken = false

  /// No record of a scalar is longer, in bytes; longer ones (images, graphs) are passed over.
  private static let longest = 64 << 10
  private var skip = 0

  /// Takes in what was appended; calls `body` for each event that says something.
  mutating func feed(_ bytes: ArraySlice<UInt8>, _ body: (ProgressReport) -> Void) {
    var bytes = bytes
    if skip > 0 {
      let skipped = min(skip, bytes.count)
      skip -= skipped
      bytes = bytes.dropFirst(skipped)
    }
    pending += bytes
    var start = 0
    while !isBroken, pending.count - start >= 12 {
      let header = pending[start..<start + 8]
      guard let length = Self.integer(header),
        CRC32C.masked(header) == UInt32(Self.integer(pending[start + 8..<start + 12]) ?? 0)
      else {
        isBroken = true
        break
      }
      guard length <= UInt64(Self.longest) else {
        guard length < UInt64(Int32.max) else {
          isBroken = true
          break
        }
        let whole = 12 + Int(length) + 4
        let here = min(whole, pending.count - start)
        skip = whole - here
        start += here
        continue
      }
      let end = start + 12 + Int(length)
      guard pending.count >= end + 4 else { break }
      let data = pending[start + 12..<end]
      guard CRC32C.masked(data) == UInt32(Self.integer(pending[end..<end + 4]) ?? 0) else {
        isBroken = true
        break
      }
      if let report = Self.report(data) { body(report) }
      start = end + 4
    }
    pending.removeFirst(start)
    if isBroken { pending.removeAll() }
  }

  /// A little-endian number of up to eight bytes.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    bytes.count <= 8 ? bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } : nil
  }

  private static func report(_ event: ArraySlice<UInt8>) -> ProgressReport? {
    var report = ProgressReport()
    var fields = ProtobufFields(event)
    while let field = fields.next() {
      switch (field.number, field.value) {
      case (1, .fixed64(let bits)):
        let time = Double(bitPattern: bits)
        if time.isFinite, time > 0 { report.time = time }
      case (2, .varint(let step)): report.step = step <= UInt64(Int64.max) ? step : nil
      case (5, .bytes(let summary)):
        // proto3 leaves out a zero.
        report.step = report.step ?? 0
        if let loss = loss(summary) { report.loss = loss }
      default: break
      }
    }
    // Others are about the file.
    return report.step == nil ? nil : report
  }

  /// The scalar whose tag ends in `loss`, the training one before others.
  private static func loss(_ summary: ArraySlice<UInt8>) -> Double? {
    var found: Double?
    var values = ProtobufFields(summary)
    while let value = values.next() {
      guard case (1, .bytes(let bytes)) = (value.number, value.value) else { continue }
      var tag = ""
      var scalar: Double?
      var fields = ProtobufFields(bytes)
      while let field = fields.next() {
        switch (field.number, field.value) {
        case (1, .bytes(let text)): tag = String(decoding: text, as: UTF8.self).lowercased()
        case (2, .fixed32(let bits)): scalar = Double(Float(bitPattern: bits))
        default: break
        }
      }
      if let scalar, tag.hasSuffix("loss"), found == nil || tag.contains("train") {
        found = scalar
      }
    }
    return found
  }
}

/// The fields of a protobuf message (encoding: protobuf.dev/programming-guides/encoding).
struct ProtobufFields {
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ message: ArraySlice<UInt8>) { rest = message }

  /// The next field; nil at the end, and where the message is none.
  mutating func next() -> (number: UInt64, value: Value)? {
    guard let key = varint() else { return nil }
    switch key & 7 {
    case 0: return varint().map { (key >> 3, .varint($0)) }
    case 1:
      return take(8).map { (key >> 3, .fixed64($0.reversed().reduce(0) { $0 << 8 | UInt64($1) })) }
    case 2:
      guard let count = varint(), count <= UInt64(rest.count) else { return nil }
      return take(Int(count)).map { (key >> 3, .bytes($0)) }
    case 5:
      return take(4).map { (key >> 3, .fixed32($0.reversed().reduce(0) { $0 << 8 | UInt32($1) })) }
    default: return nil
    }
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
