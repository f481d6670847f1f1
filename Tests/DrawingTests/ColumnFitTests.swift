import Drawing
import Testing

struct ColumnFitTests {
  private let name = ColumnWidth(10...30, least: 5, rank: 0)
  private let number = ColumnWidth(8, rank: 0)
  private let owner = ColumnWidth(6...12, rank: 1)
  private let io = ColumnWidth(6, rank: 2)

  private func fit(_ width: Int) -> [Int?] {
    fitColumns([name, owner, number, io], into: width, gap: 1)
  }

  @Test("with room for all, all grow to their most")
  func all() {
    #expect(fit(200) == [30, 12, 8, 6])
  }

  @Test("the highest rank goes first, while the rest is comfortable")
  func drops() {
    #expect(fit(33) == [10, 6, 8, 6])
    #expect(fit(32)[3] == nil)
    #expect(fit(25) == [16, nil, 8, nil])
  }

  @Test("rank 0 shrinks to its least rather than go")
  func shrinks() {
    #expect(fit(17) == [8, nil, 8, nil])
    #expect(fit(3) == [5, nil, 8, nil])
  }

  @Test("room that is left over is shared in proportion to stretch")
  func stretch() {
    let a = ColumnWidth(10...100, rank: 0, stretch: 1)
    let b = ColumnWidth(10...100, rank: 0, stretch: 3)
    #expect(fitColumns([a, b], into: 61, gap: 1) == [20, 40])
  }

  @Test("widths never add up to more than there is, once the least fits", arguments: 15...120)
  func total(width: Int) {
    let widths = fit(width).compactMap { $0 }
    #expect(widths.reduce(widths.count - 1, +) <= width)
  }

  @Test("of equals the last goes first")
  func equals() {
    let equal = ColumnWidth(10, rank: 1)
    #expect(fitColumns([equal, equal], into: 12, gap: 1) == [10, nil])
  }
}
