@testable import Drawing
import Testing

@Suite struct ColorTests {
  /// The coordinates of the primaries of sRGB, to five digits.
  @Test(
    arguments: [
      (255, 255, 255, 1.0, 0.0, 0.0), (0, 0, 0, 0.0, 0.0, 0.0),
      (255, 0, 0, 0.62796, 0.22486, 0.12585), (0, 255, 0, 0.86644, -0.23389, 0.17950),
      (0, 0, 255, 0.45201, -0.03246, -0.31153),
    ] as [(UInt8, UInt8, UInt8, Double, Double, Double)])
  func primariesAreWhereOKLabPutsThem(
    red: UInt8, green: UInt8, blue: UInt8, lightness: Double, a: Double, b: Double
  ) {
    let color = ColorOKLab(red: red, green: green, blue: blue)
    #expect(abs(color.lightness - lightness) < 1e-4)
    #expect(abs(color.a - a) < 1e-4)
    #expect(abs(color.b - b) < 1e-4)
  }

  @Test func thereAndBackIsTheSameColour() {
    let levels: [UInt8] = [0, 1, 17, 64, 127, 128, 200, 254, 255]
    for red in levels {
      for green in levels {
        for blue in levels {
          let color = ColorOKLab(red: red, green: green, blue: blue)
          #expect(color.rgb == .rgb(red, green, blue))
        }
      }
    }
  }

  @Test(
    arguments: [
      (.rgb(0, 0, 0), 16), (.rgb(255, 255, 255), 231), (.rgb(255, 0, 0), 196),
      (.rgb(8, 8, 8), 232), (.rgb(238, 238, 238), 255), (.rgb(95, 135, 175), 67),
      (.rgb(120, 120, 120), 243), (.rgb(250, 5, 3), 196),
    ] as [(Color, UInt8)])
  func theNearestOf256IsTheColourItselfWhereItIsThere(color: Color, index: UInt8) {
    #expect(color.nearestIndexed == .indexed(index))
  }

  /// 0–15 can be anything: Solarized's "bright black" is its background.
  @Test func theUsersOwnColoursAreNeverTaken() {
    for red in stride(from: UInt8(0), through: 240, by: 24) {
      for green in stride(from: UInt8(0), through: 240, by: 24) {
        for blue in stride(from: UInt8(0), through: 240, by: 24) {
          guard case .indexed(let index) = Color.rgb(red, green, blue).nearestIndexed else {
            Issue.record("no index")
            continue
          }
          #expect(index >= 16)
        }
      }
    }
  }
}
