import Testing

@testable import Terminal

@Suite("Text goes to the clipboard as OSC 52")
struct ClipboardTests {
  @Test(
    "Base64 as in RFC 4648, section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func base64(text: String, expected: String) {
    #expect(String(decoding: Clipboard.base64(Array(text.utf8)), as: UTF8.self) == expected)
  }

  @Test("Text that no terminal would take is refused")
  func tooLong() {
    #expect(Clipboard.sequence(String(repeating: "x", count: 56_000)) != nil)
    #expect(Clipboard.sequence(String(repeating: "x", count: 57_000)) == nil)
  }
}
