/// Cuts what is appended to a file into lines, ended by newline or carriage return (progress bars
/// write over themselves).
///
/// A line longer than ``longest`` is not kept: a file is anybody's.
struct LineSplitter {
  private var partial: [UInt8] = []
  /// The present line is too long, or began before what was read: it is passed over.
  private var isPassingOver: Bool

  static let longest = 64 << 10

  /// `startsInside`: what comes first is the rest of a line.
  init(startsInside: Bool = false) { isPassingOver = startsInside }

  mutating func feed(_ bytes: ArraySlice<UInt8>, _ body: ([UInt8]) -> Void) {
    var rest = bytes
    while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
      add(rest[..<end])
      if !isPassingOver, !partial.isEmpty { body(partial) }
      partial.removeAll(keepingCapacity: true)
      isPassingOver = false
      rest = rest[(end + 1)...]
    }
    add(rest)
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>) {
    guard !isPassingOver else { return }
    if partial.count + bytes.count > Self.longest {
      partial.removeAll()
      isPassingOver = true
    } else {
      partial += bytes
    }
  }
}
