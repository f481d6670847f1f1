/// The sixteen colours that every colour terminal has, in the order of their numbers.
///
/// What they look like is the user's choice.
package enum ColorANSI: String, Sendable, Hashable, CaseIterable {
  case black, red, green, yellow, blue, magenta, cyan, white
  case brightBlack = "bright-black"
  case brightRed = "bright-red"
  case brightGreen = "bright-green"
  case brightYellow = "bright-yellow"
  case brightBlue = "bright-blue"
  case brightMagenta = "bright-magenta"
  case brightCyan = "bright-cyan"
  case brightWhite = "bright-white"

  private var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// The bright form of one of the first eight; bright ones stay.
  var bright: ColorANSI { Self.allCases[number % 8 + 8] }

  var isBright: Bool { number >= 8 }

  /// For a terminal of sixteen colours.
  var indexed: Color { .indexed(UInt8(number)) }

  /// For a terminal of eight, on which bold stands for bright.
  var indexedOfEight: Color { .indexed(UInt8(number % 8)) }
}
