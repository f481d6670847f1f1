import Dashboard
import Drawing
import Testing

/// Screens as text files: the specification of what every screen looks like.
///
/// `RECORD=1 swift test --filter DashboardTests` writes them anew; read the difference then.
enum Golden {
  static let directory: String = {
    let support = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    return support.joined(separator: "/") + "/Screens"
  }()

  static func check(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let path = "\(directory)/\(name).txt"
    if environment("RECORD") != nil {
      #expect(writeFile(path, text), "cannot write \(path)", sourceLocation: sourceLocation)
      return
    }
    guard let expected = readFile(path) else {
      Issue.record("\(name).txt is missing: RECORD=1 writes it", sourceLocation: sourceLocation)
      return
    }
    guard expected != text else { return }
    let (old, new) = (
      expected.split(separator: "\n", omittingEmptySubsequences: false),
      text.split(separator: "\n", omittingEmptySubsequences: false)
    )
    let row = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
    func line(_ lines: [Substring]) -> Substring { row < lines.count ? lines[row] : "(no line)" }
    Issue.record(
      """
      \(name).txt differs first in line \(row + 1):
      was |\(line(old))|
      is  |\(line(new))|
      """, sourceLocation: sourceLocation)
  }
}

extension Canvas {
  /// The canvas row by row, as a file.
  var page: String { lines.joined(separator: "\n") + "\n" }

  /// A letter for every style instead of the characters, and below what the letters are.
  func stylePage(_ name: (Style) -> String) -> String {
    var letters: [Style: Character] = [:]
    var legend = ""
    var page = ""
    let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    for y in 0..<size.rows {
      for x in 0..<size.columns {
        let cell = self[x, y]
        if letters[cell.style] == nil {
          let letter = letters.count < alphabet.count ? alphabet[letters.count] : "?"
          letters[cell.style] = letter
          legend += "\(letter) \(name(cell.style))\n"
        }
        page.append(
          cell.scalar == " " && cell.style == self[size.columns - 1, 0].style
            ? " " : letters[cell.style] ?? "?")
      }
      while page.last == " " { page.removeLast() }
      page += "\n"
    }
    return page + "\n" + legend
  }
}
