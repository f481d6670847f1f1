import Drawing
import Testing

@testable import Terminal

@Suite("The mouse is understood in both forms")
struct MouseTests {
  enum Form: CaseIterable {
    case sgr, x10

    /// A report; `code` as in both forms' first number, x and y from 0.
    func bytes(_ code: Int, x: Int, y: Int, isRelease: Bool = false) -> [UInt8] {
      switch self {
      case .sgr: Array("\u{1B}[<\(code);\(x + 1);\(y + 1)\(isRelease ? "m" : "M")".utf8)
      case .x10:
        [0x1B, 0x5B, 0x4D]
          + [isRelease ? code | 3 : code, x + 1, y + 1].map { UInt8(clamping: 32 + $0) }
      }
    }
  }

  /// What reports mean, one every `interval`.
  private func actions(
    _ reports: [[UInt8]], every interval: Duration = .milliseconds(50)
  ) -> [MouseInput] {
    var decoder = InputDecoder()
    var now = ContinuousClock.now
    var found: [MouseInput] = []
    for report in reports {
      decoder.append(report)
      while case .input(.mouse(let input)) = decoder.next(isSilent: false, at: now) {
        found.append(input)
      }
      now += interval
    }
    return found
  }

  @Test("Press, drag, release", arguments: Form.allCases)
  func drag(form: Form) {
    let found = actions([
      form.bytes(0, x: 10, y: 5), form.bytes(32, x: 11, y: 5),
      form.bytes(0, x: 12, y: 6, isRelease: true),
    ])
    #expect(
      found == [
        MouseInput(.press, x: 10, y: 5), MouseInput(.drag, x: 11, y: 5),
        MouseInput(.release, x: 12, y: 6),
      ])
  }

  @Test("The wheel, with and without modifiers", arguments: Form.allCases)
  func wheel(form: Form) {
    let found = actions([
      form.bytes(64, x: 0, y: 0), form.bytes(65, x: 3, y: 2), form.bytes(64 + 16, x: 3, y: 2),
      form.bytes(66, x: 3, y: 2),
    ])
    #expect(
      found == [
        MouseInput(.wheelUp, x: 0, y: 0), MouseInput(.wheelDown, x: 3, y: 2),
        MouseInput(.wheelUp, x: 3, y: 2),
      ])
  }

  @Test("A second press at the same place, soon, is a double click", arguments: Form.allCases)
  func doubleClick(form: Form) {
    let click = [form.bytes(0, x: 4, y: 4), form.bytes(0, x: 4, y: 4, isRelease: true)]
    #expect(
      actions(click + click).map(\.action) == [.press, .release, .doubleClick, .release])
    #expect(
      actions(click + click + click).map(\.action)
        == [.press, .release, .doubleClick, .release, .press, .release])
    #expect(
      actions(click + click, every: .milliseconds(300)).map(\.action)
        == [.press, .release, .press, .release])
    #expect(
      actions(click + [form.bytes(0, x: 5, y: 4)]).map(\.action) == [.press, .release, .press])
  }

  @Test("Other buttons, and a release without a press, mean nothing", arguments: Form.allCases)
  func otherButtons(form: Form) {
    let found = actions([
      form.bytes(2, x: 1, y: 1), form.bytes(2, x: 1, y: 1, isRelease: true),
      form.bytes(34, x: 1, y: 1), form.bytes(35, x: 1, y: 1), form.bytes(1, x: 1, y: 1),
      form.bytes(0, x: 1, y: 1, isRelease: true),
    ])
    #expect(found == [])
  }

  @Test("SGR has no limit of 223 columns; X10 coordinates are bytes, not UTF-8")
  func far() {
    #expect(actions([Form.sgr.bytes(0, x: 499, y: 299)]) == [MouseInput(.press, x: 499, y: 299)])
    #expect(actions([Form.x10.bytes(0, x: 162, y: 5)]) == [MouseInput(.press, x: 162, y: 5)])
  }

  @Test("Reports of places that are none are dropped")
  func nowhere() {
    #expect(
      actions([
        Array("\u{1B}[<0;0;5M".utf8), Array("\u{1B}[<0;-3;5M".utf8),
        Array("\u{1B}[<0;5M".utf8), [0x1B, 0x5B, 0x4D, 32, 32, 33], [0x1B, 0x5B, 0x4D, 0, 40, 40],
      ]) == [])
  }
}
