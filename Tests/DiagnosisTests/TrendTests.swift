import Testing

@testable import Diagnosis

/// Expected values: scipy 1.17 (`scipy.stats.theilslopes`, and Mann–Kendall's S and variance computed
/// with NumPy by the formulas of Gilbert 1987, §16.4).
@Suite("Theil–Sen and Mann–Kendall") struct TrendTests {
  @Test("agrees with known values", arguments: Known.all)
  func known(_ known: Known) {
    let trend = Trend(of: known.values)
    #expect(abs(trend.slope - known.slope) < 1e-9)
    #expect(abs(trend.z - known.z) < 1e-6)
  }

  @Test("is not moved by two wild values of ten")
  func outliers() {
    var values = (0..<10).map { Double($0) * 2 }
    values[3] = 1000
    values[7] = -1000
    #expect(abs(Trend(of: values).slope - 2) < 0.5)
  }

  @Test("calls a straight line significant, a constant and a saw not")
  func significance() {
    #expect(Trend(of: (0..<10).map { Double($0) }).isRising)
    #expect(!Trend(of: (0..<10).map { -Double($0) }).isRising)
    #expect(!Trend(of: Array(repeating: 5, count: 10)).isRising)
    #expect(!Trend(of: [1, 5, 2, 6, 1, 5, 2, 6, 1, 5]).isRising)
  }

  @Test("calls noise significant in less than a hundredth of cases")
  func noise() {
    var state: UInt64 = 88_172_645_463_325_252
    func random() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 11) / Double(1 << 53)
    }
    let alarms = (0..<1000).count { _ in Trend(of: (0..<10).map { _ in random() }).isRising }
    #expect(alarms < 10)
  }
}

struct Known: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var values: [Double]
  var slope: Double
  var z: Double

  init(_ name: String, _ values: [Double], slope: Double, z: Double) {
    testDescription = name
    self.values = values
    self.slope = slope
    self.z = z
  }

  static let all = [
    Known("line", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], slope: 1, z: 3.93547964),
    Known(
      "growth", [20.1, 21.4, 21.9, 23.2, 24.8, 24.6, 26.1, 27.9, 28.0, 29.7], slope: 1.033333333,
      z: 3.756594202),
    Known("ties", [5, 5, 6, 6, 6, 7, 7, 9, 9, 10], slope: 0.5, z: 3.493253054),
    Known("saw", [1, 5, 2, 6, 1, 5, 2, 6, 1, 5], slope: 0, z: 0.3719254364),
    Known(
      "falling", [9, 8.5, 8.7, 7, 6.1, 6.0, 5.2, 4.9, 4.1, 3.3], slope: -0.6333333333,
      z: -3.756594202),
    Known("short", [3, 1, 4, 1, 5, 9, 2, 6], slope: 0.4642857143, z: 1.246757452),
  ]
}
