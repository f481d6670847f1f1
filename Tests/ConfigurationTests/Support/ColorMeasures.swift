import Drawing
import Glibc
import Testing

/// Linear light of red, green and blue, 0…1, as a screen shows a colour.
struct Light {
  var red: Double
  var green: Double
  var blue: Double

  /// Nil for the terminal's own colour and the sixteen that the user chose.
  init?(_ color: Color) {
    switch color {
    case .standard: return nil
    case .rgb(let red, let green, let blue):
      self.init(red: linear(red), green: linear(green), blue: linear(blue))
    case .indexed(let index) where index >= 232:
      let grey = linear(8 + 10 * (index - 232))
      self.init(red: grey, green: grey, blue: grey)
    case .indexed(let index) where index >= 16:
      let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
      let cube = Int(index) - 16
      self.init(
        red: linear(levels[cube / 36]), green: linear(levels[cube / 6 % 6]),
        blue: linear(levels[cube % 6]))
    case .indexed: return nil
    }
  }

  init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  static let black = Light(red: 0, green: 0, blue: 0)
  static let white = Light(red: 1, green: 1, blue: 1)

  /// The contrast ratio, 1…21, of WCAG 2.1 (https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio).
  func contrast(to other: Light) -> Double {
    let (a, b) = (luminance + 0.05, other.luminance + 0.05)
    return max(a, b) / min(a, b)
  }

  private var luminance: Double { 0.2126 * red + 0.7152 * green + 0.0722 * blue }

  /// The distance in OKLab (Ottosson 2020); about 0.02 is the least that is seen side by side.
  func distance(to other: Light) -> Double {
    zip(oklab, other.oklab).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private var oklab: [Double] {
    let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return [
      0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
      1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
      0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    ]
  }

  func seen(with vision: Vision) -> Light {
    let row = { (m: [Double]) in
      min(max(m[0] * red + m[1] * green + m[2] * blue, 0), 1)
    }
    return Light(red: row(vision.red), green: row(vision.green), blue: row(vision.blue))
  }

}

private func linear(_ byte: UInt8) -> Double {
  let value = Double(byte) / 255
  return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
}

/// What is left of the colours to people who lack one kind of cone.
///
/// Machado, Oliveira, Fernandes: "A Physiologically-based Model for Simulation of Color Vision
/// Deficiency", IEEE TVCG 15(6), 2009, table 1, severity 1.0; for linear light.
struct Vision: CustomTestStringConvertible {
  var testDescription: String
  var red: [Double]
  var green: [Double]
  var blue: [Double]

  static let all = [
    Vision(testDescription: "full", red: [1, 0, 0], green: [0, 1, 0], blue: [0, 0, 1]),
    Vision(
      testDescription: "protanopia", red: [0.152286, 1.052583, -0.204868],
      green: [0.114503, 0.786281, 0.099216], blue: [-0.003882, -0.048116, 1.051998]),
    Vision(
      testDescription: "deuteranopia", red: [0.367322, 0.860646, -0.227968],
      green: [0.280085, 0.672501, 0.047413], blue: [-0.011820, 0.042940, 0.968881]),
    Vision(
      testDescription: "tritanopia", red: [1.255528, -0.076749, -0.178779],
      green: [-0.078411, 0.930809, 0.147602], blue: [0.004733, 0.691367, 0.303900]),
  ]
}
