import Drawing
package import Model

/// How one resource's numbers are written on this box, so that every row takes the same columns.
///
/// Cores are counted in cores and memory in GiB; which decimals are worth showing depends on how
/// large the box is, never on the value, so nothing moves from tick to tick.
package struct Scale: Sendable, Equatable {
  package var places: Int
  /// The columns of a used amount, without the mark of an estimate.
  package var usedWidth: Int
  package var whole: Double
  private var perUnit: Double

  package static func cores(box: Cores) -> Scale {
    Scale(whole: box.value, places: box.value < 16 ? 2 : 1, perUnit: 1)
  }

  package static func memory(box: Bytes) -> Scale {
    let gibi = Double(box.count) / Double(Self.gibi)
    return Scale(
      whole: gibi, places: gibi < 24 ? 2 : gibi < 1000 ? 1 : 0, perUnit: 1 / Double(Self.gibi))
  }

  private init(whole: Double, places: Int, perUnit: Double) {
    self.whole = whole.isFinite ? max(0, whole) : 0
    self.places = places
    self.perUnit = perUnit
    usedWidth = max(3, Format.decimal(self.whole * 1.05, places: places).utf8.count)
  }

  /// A used amount in at most ``usedWidth`` columns: where it is larger than the box can hold,
  /// decimals go first, then thousands are counted; what fits in no way is not known to be true.
  ///
  /// Under a limit of less than one, two decimals are written whatever the box: `0.25/0.25`.
  package func used(_ amount: Double, limit: Double? = nil, unknown: String) -> String {
    let places = (limit ?? 1) < 1 ? max(places, 2) : places
    for places in stride(from: places, through: 0, by: -1) {
      let text = Format.decimal(amount, places: places, unknown: unknown)
      if text.utf8.count <= usedWidth { return text }
    }
    let thousands = Format.decimal(amount / 1000, places: 0, unknown: unknown) + "k"
    return thousands.utf8.count <= usedWidth ? thousands : unknown
  }

  /// Whether what is unallocated is less than nothing, as far as its digits show.
  package func isOver(_ unallocated: Double?) -> Bool {
    guard let unallocated, unallocated < 0 else { return false }
    return Format.decimal(unallocated, places: places) != Format.decimal(0, places: places)
  }

  package func value(_ cores: Cores) -> Double { cores.value }
  package func value(_ bytes: Bytes) -> Double { Double(bytes.count) * perUnit }

  private static let gibi = 1 << 30
}
