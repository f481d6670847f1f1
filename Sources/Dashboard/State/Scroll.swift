/// Which part of a list is on the screen: the index of its first row.
package struct Scroll: Sendable, Equatable {
  package internal(set) var top = 0

  /// Moves as little as needed for a row to be on the screen.
  mutating func reveal(_ row: Int?, page: Int) {
    guard let row, page > 0 else { return }
    if row < top { top = row }
    if row >= top + page { top = row - page + 1 }
  }

  /// Leaves no empty rows below the list while there are rows above.
  mutating func clamp(count: Int, page: Int) {
    top = max(0, min(top, count - page))
  }
}
