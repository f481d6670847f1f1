import Glibc

/// A colour in OKLab, where equal distances look about equally different.
///
/// Source of the matrices: Björn Ottosson, "A perceptual color space for image processing" (2020),
/// https://bottosson.github.io/posts/oklab/.
struct ColorOKLab: Hashable {
  /// 0 is black, 1 is white.
  var lightness: Double
  /// Green to red.
  var a: Double
  /// Blue to yellow.
  var b: Double

  init(red: UInt8, green: UInt8, blue: UInt8) {
    let r = Self.linear(red)
    let g = Self.linear(green)
    let b = Self.linear(blue)
    let long = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let medium = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let short = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    self.lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    self.a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    self.b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
  }

  /// The colour for a screen; what no screen can show is cut to what it can.
  var rgb: Color {
    let long = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
    let medium = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
    let short = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
    return .rgb(
      Self.encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
      Self.encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
      Self.encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short))
  }

  /// How different two colours look; a `hueWeight` above 1 lets hue and chroma count more.
  func distance(to other: ColorOKLab, hueWeight: Double = 1) -> Double {
    let lightness = lightness - other.lightness
    let (a, b) = ((a - other.a) * hueWeight, (b - other.b) * hueWeight)
    return (lightness * lightness + a * a + b * b).squareRoot()
  }

  /// The colour at `share` (0…1) of the straight way to `other`.
  func mixed(with other: ColorOKLab, share: Double) -> ColorOKLab {
    var color = self
    color.lightness += (other.lightness - lightness) * share
    color.a += (other.a - a) * share
    color.b += (other.b - b) * share
    return color
  }

  /// sRGB's transfer function, IEC 61966-2-1.
  private static func linear(_ byte: UInt8) -> Double {
    let value = Double(byte) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  private static func encoded(_ linear: Double) -> UInt8 {
    let light = min(max(linear, 0), 1)
    let value = light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055
    return UInt8((value * 255).rounded())
  }
}

private func cube(_ value: Double) -> Double { value * value * value }
