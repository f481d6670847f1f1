/// A set of CPU numbers, written as the kernel writes it: `0-3,8,10-11`.
package struct CPUSet: Sendable, Hashable, CustomStringConvertible {
  private var words: [UInt64]

  /// The largest number that a list is parsed with.
  package static let largest = 65_535

  package init() { words = [] }

  package init(_ numbers: some Sequence<Int>) {
    self.init()
    for number in numbers { insert(number) }
  }

  /// A mask as `sched_getaffinity(2)` fills it: bit n of the little-endian words is CPU n.
  package init(mask: [UInt64]) {
    words = mask
    trim()
  }

  /// Parses the list format of cpuset(7); nil when it is anything else.
  ///
  /// Blank space around it is allowed, the empty list is the empty set. CPU numbers beyond 65,535
  /// are refused, so that a typing error cannot ask for a huge mask.
  package init?(parsing text: some StringProtocol) {
    self.init()
    var numbers: [Int] = []
    var value: Int? = nil
    var low: Int? = nil
    func finish() -> Bool {
      guard let end = value else { return false }
      let start = low ?? end
      guard start <= end else { return false }
      numbers.append(contentsOf: start...end)
      return true
    }
    let trimmed = text.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 })
    guard trimmed.count <= 1 else { return nil }
    guard let body = trimmed.first else { return }
    for byte in body {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let extended = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
        if extended > Self.largest { return nil }
        value = extended
      case UInt8(ascii: "-"):
        guard low == nil, let start = value else { return nil }
        low = start
        value = nil
      case UInt8(ascii: ","):
        guard finish() else { return nil }
        value = nil
        low = nil
      default: return nil
      }
    }
    guard finish() else { return nil }
    for number in numbers { insert(number) }
  }

  package mutating func insert(_ number: Int) {
    let index = number / 64
    if index >= words.count {
      words.append(contentsOf: repeatElement(0, count: index + 1 - words.count))
    }
    words[index] |= 1 << UInt64(number % 64)
  }

  package func contains(_ number: Int) -> Bool {
    let index = number / 64
    return number >= 0 && index < words.count && words[index] & (1 << UInt64(number % 64)) != 0
  }

  package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  package func isSubset(of other: CPUSet) -> Bool {
    words.enumerated().allSatisfy { index, word in
      word & ~(index < other.words.count ? other.words[index] : 0) == 0
    }
  }

  package func subtracting(_ other: CPUSet) -> CPUSet {
    CPUSet(
      mask: words.enumerated().map { index, word in
        word & ~(index < other.words.count ? other.words[index] : 0)
      })
  }

  package func union(_ other: CPUSet) -> CPUSet {
    let (long, short) =
      words.count >= other.words.count ? (words, other.words) : (other.words, words)
    return CPUSet(
      mask: long.enumerated().map { $1 | ($0 < short.count ? short[$0] : 0) })
  }

  package func intersection(_ other: CPUSet) -> CPUSet {
    CPUSet(mask: zip(words, other.words).map { $0 & $1 })
  }

  /// The CPU numbers in ascending order.
  package var numbers: [Int] {
    words.enumerated().flatMap { index, word in
      (0..<64).filter { word & (1 << UInt64($0)) != 0 }.map { index * 64 + $0 }
    }
  }

  /// The mask as `sched_setaffinity(2)` takes it.
  package var mask: [UInt64] { words }

  /// The list format of cpuset(7), runs joined: `0-3,8`.
  package var description: String {
    var runs: [String] = []
    var start: Int? = nil
    var previous = 0
    for number in numbers + [Int.max] {
      if let first = start, number != previous + 1 {
        runs.append(first == previous ? "\(first)" : "\(first)-\(previous)")
        start = nil
      }
      if start == nil { start = number }
      previous = number
    }
    return runs.joined(separator: ",")
  }

  private mutating func trim() {
    while words.last == 0 { words.removeLast() }
  }
}
