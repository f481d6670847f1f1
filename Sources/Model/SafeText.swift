/// Text that is safe to put on a terminal, whoever wrote the bytes it came from.
///
/// Process names, command lines, cgroup names and file contents are chosen by strangers. They become
/// `SafeText` where they enter the program and nothing else is drawn, so no escape sequence, no
/// bidirectional override and no zero-width character can reach a screen, a log or a file.
///
/// Every scalar in it takes one or two terminal cells (see ``Drawing``'s width table), so that text
/// can be cut at any scalar.
package struct SafeText: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let string: String

  package static let empty = SafeText("")

  /// Cleans `string`: controls (C0, DEL, C1, line and paragraph separators) become `·`; format,
  /// combining, private, unassigned and invisible scalars are dropped; anything unpaired is `�`.
  package init(_ string: String) {
    if string.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      self.string = string
      return
    }
    var clean = String.UnicodeScalarView()
    for scalar in string.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: clean.append("·")
      case .format, .nonspacingMark, .enclosingMark, .spacingMark, .surrogate, .privateUse,
        .unassigned:
        continue
      case .spaceSeparator: clean.append(" ")
      default:
        if !scalar.properties.isDefaultIgnorableCodePoint, !Self.isCombiningJamo(scalar) {
          clean.append(scalar)
        }
      }
    }
    self.string = String(clean)
  }

  /// Vowels and finals of Hangul written in parts: letters that take no cell of their own.
  private static func isCombiningJamo(_ scalar: Unicode.Scalar) -> Bool {
    (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FB).contains(scalar.value)
  }

  /// Cleans bytes read from the system; invalid UTF-8 becomes `�`.
  package init(bytes: some Sequence<UInt8>) {
    self.init(String(decoding: Array(bytes), as: UTF8.self))
  }

  package var description: String { string }
  package var isEmpty: Bool { string.isEmpty }
  package static func < (a: SafeText, b: SafeText) -> Bool { a.string < b.string }
}
