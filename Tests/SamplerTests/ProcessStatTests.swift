import Model
import Testing

@testable import Sampler

@Suite struct ProcessStatTests {
  private static let rest = """
     S 1 275 276 34816 -1 4194560 1062 984 19 3 77 47 14 15 20 0 3 0 1218 19509248 2679 \
    18446744073709551615 94284566085632 94284566122733 140725390630576 0 0 0 671173123
    """

  private func parse(_ text: String) -> ProcessStat? { ProcessStat(Array(text.utf8).span) }

  @Test func findsEveryFieldBehindTheName() throws {
    let stat = try #require(parse("275 (systemd)" + Self.rest))
    #expect(stat.pid == 275)
    #expect(stat.name == Comm("systemd"))
    #expect(stat.state == UInt8(ascii: "S"))
    #expect(stat.parent == 1)
    #expect(stat.group == 275)
    #expect(stat.session == 276)
    #expect(stat.terminal == 34816)
    #expect(stat.own == 124)
    #expect(stat.children == 29)
    #expect(stat.threads == 3)
    #expect(stat.start == 1218)
    #expect(stat.resident == 2679)
    #expect(!stat.isKernelThread)
  }

  @Test(arguments: [
    ")", "a) S 1 1 1", "(sd-pam)", "a\nb", "\u{1B}[2J\u{1B}]0;x\u{7}", "a b c", "))))((((", "",
  ])
  func theNameMayHoldAnything(name: String) throws {
    let stat = try #require(parse("9 (\(name))" + Self.rest))
    #expect(stat.parent == 1)
    #expect(stat.start == 1218)
    #expect(stat.name.bytes == Array(name.utf8))
    #expect(
      stat.name.text.string.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
  }

  @Test func invalidUTF8InTheNameIsShownAsReplaced() {
    let text = Array("9 (a".utf8) + [0xFF, 0xC3, 0x28] + Array(")".utf8) + Array(Self.rest.utf8)
    let stat = ProcessStat(text.span)
    #expect(stat?.name.text.string == "a\u{FFFD}\u{FFFD}(")
  }

  @Test(arguments: [
    "", "9", "9 (x", "9 (x)", "9 (x) S", "9 (x) S 1 2 3", "x (y) S 1 2 3", "9 [x] S 1 2 3 4 5 6",
    "9 (x) S 1 275 275 0 -1 4194560 1 9 1 3 77 47 14 14 20 0 1 0 99999999999999999999 1 1",
  ])
  func whatIsNotAsDocumentedIsNoProcess(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func aKernelThreadIsKnownByItsFlag() throws {
    let text = "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0"
    #expect(try #require(parse(text)).isKernelThread)
  }

  @Test func everyCutOfAStatFileIsHandled() {
    let whole = Array(("275 (a) b)" + Self.rest).utf8)
    for length in 0...whole.count { _ = ProcessStat(Array(whole.prefix(length)).span) }
  }
}
