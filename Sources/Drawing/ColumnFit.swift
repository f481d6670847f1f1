/// How wide a column of a table may be, and how dear it is.
package struct ColumnWidth: Sendable, Equatable {
  /// Below it the column says nothing.
  package var least: Int
  /// Others are left out before it gets less.
  package var comfortable: Int
  package var most: Int
  /// Columns of the highest rank are left out first; those of rank 0 never.
  package var rank: Int
  /// Its share of the room that is left over, in proportion to the others'.
  package var stretch: Int

  /// A column of so many cells; `least` where it may shrink on a small screen.
  package init(_ range: ClosedRange<Int>, least: Int? = nil, rank: Int, stretch: Int = 1) {
    self.least = min(least ?? range.lowerBound, range.lowerBound)
    comfortable = range.lowerBound
    most = range.upperBound
    self.rank = rank
    self.stretch = stretch
  }

  package init(_ fixed: Int, rank: Int) { self.init(fixed...fixed, rank: rank) }
}

/// Widths of a table's columns in so many cells, with a gap between neighbours; nil is left out.
package func fitColumns(_ columns: [ColumnWidth], into width: Int, gap: Int) -> [Int?] {
  var kept = Array(columns.indices)
  func needed(_ cells: (ColumnWidth) -> Int) -> Int {
    kept.reduce(gap * max(0, kept.count - 1)) { $0 + cells(columns[$1]) }
  }
  while needed(\.comfortable) > width {
    // Among equals the last goes first.
    guard let dearest = kept.max(by: { (columns[$0].rank, $0) < (columns[$1].rank, $1) }),
      columns[dearest].rank > 0
    else { break }
    kept.removeAll { $0 == dearest }
  }
  var widths = [Int?](repeating: nil, count: columns.count)
  for index in kept { widths[index] = columns[index].least }
  var room = width - needed(\.least)
  for limit in [\ColumnWidth.comfortable, \.most] {
    while room > 0 {
      let growing = kept.filter {
        (widths[$0] ?? 0) < columns[$0][keyPath: limit] && columns[$0].stretch > 0
      }
      let total = growing.reduce(0) { $0 + columns[$1].stretch }
      guard total > 0 else { break }
      let before = room
      for index in growing {
        let old = widths[index] ?? 0
        let share = max(1, before * columns[index].stretch / total)
        let more = min(share, columns[index][keyPath: limit] - old, room)
        widths[index] = old + more
        room -= more
      }
    }
  }
  return widths
}
