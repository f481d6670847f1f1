import Drawing

/// Themes of the tests' own, so that screens are tested without any file.
enum Themes {
  static let mono = Theme(
    name: "mono", depth: .mono,
    styles: [
      .dim: Style(attributes: .dim), .accent: Style(attributes: .bold),
      .border: Style(attributes: .dim), .selection: Style(attributes: [.bold, .underline]),
      .warn: Style(attributes: .bold), .bad: Style(attributes: [.bold, .underline]),
      .throttled: Style(attributes: .bold), .line: Style(attributes: .bold),
      .other: Style(attributes: .dim),
    ], gradient: [Style()])

  static let dark = Theme(
    name: "dark", depth: .trueColor,
    styles: [
      .text: on(0xD5DBE4), .dim: on(0x8D97A6), .accent: on(0x72C5F9), .border: on(0x3A4452),
      .selection: Style(
        foreground: rgb(0xD5DBE4), background: rgb(0x263145), attributes: .bold),
      .ok: on(0x5FCEB3), .warn: on(0xF4C352), .bad: on(0xF75C61), .throttled: on(0xF89A56),
      .cpu: on(0x75AEF5), .memory: on(0xC49BF3), .io: on(0xD9C968), .line: on(0xFFFFFF),
      .other: on(0x8D97A6),
    ], gradient: gradient([0x5AB3C8, 0xEEC25A, 0xF75C61]))

  /// No backgrounds, middle lightness: stands on any terminal.
  static let plain = Theme(
    name: "plain", depth: .trueColor,
    styles: [
      .dim: ink(0x7B8187), .accent: ink(0x388EC4), .border: ink(0x646970),
      .selection: Style(attributes: [.bold, .underline]), .ok: ink(0x1D9E89), .warn: ink(0xBD8407),
      .bad: ink(0xC12535), .throttled: ink(0xCD6418), .cpu: ink(0x4381CF), .memory: ink(0x9565C7),
      .io: ink(0xA18E26), .other: ink(0x7B8187), .line: Style(attributes: .bold),
    ],
    gradient: gradient([0x2A96A1, 0xBD8407, 0xD03739]).map {
      Style(foreground: $0.foreground)
    })

  private static func rgb(_ hex: UInt32) -> Color {
    .rgb(UInt8(hex >> 16 & 0xFF), UInt8(hex >> 8 & 0xFF), UInt8(hex & 0xFF))
  }

  private static func ink(_ hex: UInt32) -> Style { Style(foreground: rgb(hex)) }

  private static func on(_ hex: UInt32) -> Style {
    Style(foreground: rgb(hex), background: rgb(0x12161D))
  }

  private static func gradient(_ stops: [UInt32]) -> [Style] {
    (0...30).map { step in
      let position = Double(step) / 30 * Double(stops.count - 1)
      let low = min(Int(position), stops.count - 2)
      func mix(_ shift: UInt32) -> UInt32 {
        let (a, b) = (Double(stops[low] >> shift & 0xFF), Double(stops[low + 1] >> shift & 0xFF))
        return UInt32(a + (b - a) * (position - Double(low)))
      }
      return on(mix(16) << 16 | mix(8) << 8 | mix(0))
    }
  }
}

extension Themes {
  /// A theme in which every role has a colour number of its own, so that a style names its role.
  static let roles = Theme(
    name: "roles", depth: .indexed,
    styles: Dictionary(
      uniqueKeysWithValues: Role.allCases.enumerated().map { number, role in
        var style = Style(foreground: .indexed(UInt8(number)))
        if role == .selection { style.background = .indexed(UInt8(number)) }
        return (role, style)
      }),
    gradient: (0..<20).map { Style(foreground: .indexed(100 + UInt8($0))) })

  /// The role and attributes of a style of ``roles``.
  static func roleName(_ style: Style) -> String {
    func name(_ color: Color) -> String {
      guard case .indexed(let number) = color else { return "standard" }
      return number >= 100
        ? "load-\(number - 100)" : Role.allCases[Int(number)].rawValue
    }
    var text = name(style.foreground)
    if style.background != .standard { text += " on " + name(style.background) }
    for (attribute, word) in [
      (Attributes.bold, "bold"), (.dim, "dim"), (.underline, "underline"), (.reverse, "reverse"),
    ] where style.attributes.contains(attribute) {
      text += " " + word
    }
    return text
  }
}
