import Model
import Testing

@Suite struct SafeTextTests {
  @Test(arguments: [
    ("train.py", "train.py"), ("", ""), ("mödel 模型", "mödel 模型"), ("a\tb\nc", "a·b·c"),
    ("\u{1B}[31mred", "·[31mred"), ("a\u{7F}b\u{85}c\u{9B}d", "a·b·c·d"),
    ("a\u{2028}b\u{2029}c", "a·b·c"), ("a\u{A0}b\u{3000}c", "a b c"),
  ])
  func controlsAreMadeVisibleAndTheRestIsKept(text: String, safe: String) {
    #expect(SafeText(text).string == safe)
  }

  @Test(arguments: [
    "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{202E}", "\u{2066}", "\u{00AD}", "\u{061C}", "\u{0301}",
    "\u{20DD}", "\u{FE0F}", "\u{E0041}", "\u{E000}", "\u{10FFFF}", "\u{0378}", "\u{115F}",
    "\u{1160}", "\u{11A8}", "\u{D7B0}", "\u{3164}", "\u{FFA0}", "\u{180E}", "\u{17B4}", "\u{1D173}",
  ])
  func whatTakesNoCellOrTurnsTheTextIsDropped(scalar: String) {
    #expect(SafeText("a\(scalar)b").string == "ab")
  }

  @Test func invalidUTF8IsShownAsReplaced() {
    let bytes: [UInt8] = [0x61, 0xFF, 0xED, 0xA0, 0x80, 0x62]
    let safe = SafeText(bytes: bytes).string
    #expect(safe.first == "a")
    #expect(safe.last == "b")
    #expect(safe.dropFirst().dropLast().allSatisfy { $0 == "\u{FFFD}" })
  }

  @Test func everyByteOnItsOwnIsSafe() {
    for byte in UInt8.min...UInt8.max {
      let text = SafeText(bytes: [byte]).string
      #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) })
    }
  }
}
