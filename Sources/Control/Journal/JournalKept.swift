import Model

/// What is kept of a journal that has grown too long.
///
/// A transaction stays or goes together with all that undid it, and undid that: an undo alone that went
/// would make what it took back stand again. In this order, until there is no more room: what was left
/// unfinished or stuck in this boot, the newest ones whatever they are, and what can still be undone or
/// made again, the newest first.
struct JournalKept {
  /// The lines that are kept, in their order.
  let bytes: [UInt8]

  /// How many of the newest chains are kept whatever they are.
  private static let newest = 200

  /// Transactions that took each other back.
  private struct Chain {
    var lines: [Int] = []
    /// Bytes of its lines.
    var size = 0
    var isOpen = false
    var stands = false
  }

  /// - Parameters:
  ///   - lines: the journal as it is; what cannot be read of it goes.
  ///   - boot: the kernel's number of this boot.
  ///   - most: bytes that are kept at most.
  init(lines content: [UInt8], boot: String, most: Int) {
    let parts = content.split(separator: UInt8(ascii: "\n"))
    let parsed = parts.map { JournalLine(parsing: $0) }
    let history = JournalHistory(parsed.compactMap(\.self))
    // Each transaction's chain: the place of the first of it.
    var first: [TransactionID: Int] = [:]
    var chains: [Int: Chain] = [:]
    for (place, transaction) in history.transactions.enumerated() {
      var root = place
      if case .undo(let other) = transaction.intent.kind, let known = first[other] { root = known }
      first[transaction.intent.id] = root
      guard transaction.intent.boot == boot else { continue }
      let outcome = transaction.outcome?.outcome
      if outcome == nil || outcome == .stuck { chains[root, default: Chain()].isOpen = true }
      if transaction.stands || !transaction.left.isEmpty {
        chains[root, default: Chain()].stands = true
      }
    }
    for (index, line) in parsed.enumerated() {
      guard let line, let root = first[line.id] else { continue }
      chains[root, default: Chain()].lines.append(index)
      chains[root, default: Chain()].size += parts[index].count + 1
    }
    let order = chains.keys.sorted {
      (chains[$0]?.lines.last ?? 0) > (chains[$1]?.lines.last ?? 0)
    }
    func places(where isMeant: (Chain) -> Bool) -> [Int] {
      order.filter { chains[$0].map(isMeant) ?? false }
    }
    var kept: Set<Int> = []
    var room = most
    for root in places(where: \.isOpen) + order.prefix(Self.newest) + places(where: \.stands) {
      guard let chain = chains[root], !kept.contains(root), chain.size <= room else { continue }
      kept.insert(root)
      room -= chain.size
    }
    let lines = kept.flatMap { chains[$0]?.lines ?? [] }.sorted()
    bytes = lines.flatMap { Array(parts[$0]) + [UInt8(ascii: "\n")] }
  }
}
