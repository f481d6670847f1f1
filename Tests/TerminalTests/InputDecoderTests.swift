import Drawing
import Testing

@testable import Terminal

@Suite("Bytes from the terminal become inputs")
struct InputDecoderTests {
  /// Everything that the bytes say, when nothing follows them.
  private func inputs(_ bytes: [UInt8]) -> [Input] {
    var decoder = InputDecoder()
    decoder.append(bytes)
    var inputs: [Input] = []
    while case .input(let input) = decoder.next(isSilent: true, at: .now) { inputs.append(input) }
    return inputs
  }

  private func keys(_ text: String) -> [Key] {
    inputs(Array(text.utf8)).compactMap { if case .key(let key) = $0 { key } else { nil } }
  }

  @Test(
    "A key is known in every form that terminals send",
    arguments: [
      ("\u{1B}[A", .up), ("\u{1B}OA", .up), ("\u{1B}[B", .down), ("\u{1B}[C", .right),
      ("\u{1B}[D", .left), ("\u{1B}[1;5D", .left), ("\u{1B}[H", .home), ("\u{1B}OH", .home),
      ("\u{1B}[1~", .home), ("\u{1B}[7~", .home), ("\u{1B}[F", .end), ("\u{1B}[4~", .end),
      ("\u{1B}[2~", .insert), ("\u{1B}[3~", .delete), ("\u{1B}[5~", .pageUp),
      ("\u{1B}[6~", .pageDown), ("\u{1B}[Z", .backTab), ("\u{1B}OM", .enter), ("\t", .tab),
      ("\r", .enter), ("\n", .enter), ("\u{7F}", .backspace), ("\u{8}", .backspace),
      ("\u{1B}", .escape), ("\u{C}", .control("l")), ("\u{1A}", .control("z")),
      ("\0", .control("@")), ("\u{1C}", .control("\\")), (" ", .character(" ")),
      ("é", .character("é")), ("漢", .character("漢")), ("🚀", .character("🚀")),
    ] as [(String, Key)])
  func key(sent: String, expected: Key) {
    #expect(keys(sent) == [expected])
  }

  @Test(
    "Function keys: VT220, xterm, rxvt and the Linux console",
    arguments: [
      ["\u{1B}OP", "\u{1B}OQ", "\u{1B}OR", "\u{1B}OS", "\u{1B}[15~"],
      ["\u{1B}[11~", "\u{1B}[12~", "\u{1B}[13~", "\u{1B}[14~", "\u{1B}[15~"],
      ["\u{1B}[[A", "\u{1B}[[B", "\u{1B}[[C", "\u{1B}[[D", "\u{1B}[[E"],
    ])
  func functionKeys(firstFive: [String]) {
    let others = [17, 18, 19, 20, 21, 23, 24].map { "\u{1B}[\($0)~" }
    #expect(keys((firstFive + others).joined()) == (1...12).map { .function($0) })
  }

  @Test("Alt and a key are Escape and the key")
  func alt() {
    #expect(keys("\u{1B}x") == [.escape, .character("x")])
    #expect(keys("\u{1B}\u{1B}[A") == [.escape, .up])
    #expect(keys("\u{1B}[") == [.escape, .character("[")])
    #expect(keys("\u{1B}Ox") == [.escape, .character("O"), .character("x")])
  }

  @Test(
    "A sequence that means nothing here is dropped as a whole",
    arguments: [
      "\u{1B}[200~", "\u{1B}[I", "\u{1B}[?1;2c", "\u{1B}[27;5;105~", "\u{1B}[97;5u",
      "\u{1B}[>0;1 q",
      "\u{1B}[99999999999999999999~", "\u{1B}[;~", "\u{1B}[<1;M", "\u{1B}[[Z", "\u{80}", "\u{9B}",
    ])
  func unknown(sequence: String) {
    #expect(keys(sequence + "j") == [.character("j")])
  }

  @Test("A sequence that another one cuts off is dropped, the other one is not")
  func cutOff() {
    #expect(keys("\u{1B}[1;\u{1B}[A") == [.up])
  }

  @Test(
    "Bytes that are no UTF-8 are dropped",
    arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF8, 0x88]])
  func invalidUTF8(bytes: [UInt8]) {
    #expect(inputs(bytes + [0x6A]) == [.key(.character("j"))])
  }

  @Test("A key whose bytes come one by one is one key")
  func oneByOne() {
    for (text, key) in [("\u{1B}[15~", Key.function(5)), ("\u{1B}OA", .up), ("漢", .character("漢"))]
    {
      var decoder = InputDecoder()
      let bytes = Array(text.utf8)
      for byte in bytes.dropLast() {
        decoder.append([byte])
        #expect(decoder.next(isSilent: false, at: .now) == .incomplete)
      }
      decoder.append(bytes.suffix(1))
      #expect(decoder.next(isSilent: false, at: .now) == .input(.key(key)))
      #expect(decoder.next(isSilent: false, at: .now) == .empty)
    }
  }

  @Test("A mouse report that a slow line cut in two is not taken for keys")
  func slowMouse() {
    var decoder = InputDecoder()
    decoder.append(Array("\u{1B}[<0;1".utf8))
    #expect(decoder.next(isSilent: true, at: .now) == .incomplete)
    decoder.append(Array("0;5M".utf8))
    #expect(
      decoder.next(isSilent: false, at: .now) == .input(.mouse(MouseInput(.press, x: 9, y: 4))))
  }

  @Test("A sequence without an end does not hold up input for ever")
  func endless() {
    #expect(keys("\u{1B}[" + String(repeating: "1;", count: 40)) == [])
    #expect(
      keys("\u{1B}[" + String(repeating: "1;", count: 31) + "j").last == nil)
  }
}
