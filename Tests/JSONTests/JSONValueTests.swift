import JSON
import Testing

/// What is read back is what was written, and what is no JSON is refused.
@Suite struct JSONValueTests {
  @Test func everyKindOfValueIsRead() {
    let text = #" {"a":[1,-2.5e3,true,false,null],"b":{"c":"x"},"d":"\u00e9\ud83d\ude00\n\/"} "#
    let value = JSONValue(parsing: text.utf8)
    #expect(value?["a"]?.array?.first?.integer(Int.self) == 1)
    #expect(value?["a"]?.array?[1].double == -2500)
    #expect(value?["a"]?.array?.suffix(3) == [.bool(true), .bool(false), .null])
    #expect(value?["b"]?["c"]?.string == "x")
    #expect(value?["d"]?.string == "é😀\n/")
  }

  @Test func sixtyFourBitNumbersSurvive() {
    let value = JSONValue(parsing: "18446744073709551615".utf8)
    #expect(value?.integer(UInt64.self) == .max)
    #expect(value?.integer(Int64.self) == nil)
  }

  @Test func whatTheWriterWroteIsReadBack() {
    let strange = "a\"\\\n\u{1}\u{7F}é\u{1F600}"
    var json = JSONText()
    json.object { $0.value(strange, strange) }
    #expect(JSONValue(parsing: json.text.utf8) == .object([strange: .string(strange)]))
  }

  @Test(arguments: [
    "", " ", "{", "[1", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01", "+1", "1.", ".5", "1e",
    "tru", "nul", "\"", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\u{1}\"", "1 2", "{1:2}",
    "'a'", "NaN", "[1 2]", "\"a\nb\"",
  ])
  func whatIsNoJSONIsRefused(text: String) {
    #expect(JSONValue(parsing: text.utf8) == nil)
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(JSONValue(parsing: [0x22, 0xFF, 0x22]) == nil)
  }

  @Test func deepNestingIsRefusedAndDoesNotOverflow() {
    let text = String(repeating: "[", count: 100_000)
    #expect(JSONValue(parsing: text.utf8) == nil)
  }

  @Test func everyCutOfATextIsRefused() {
    let text = Array(#"{"a":[1,{"b":"\u00e9"}],"c":true}"#.utf8)
    for length in 0..<text.count { #expect(JSONValue(parsing: text[..<length]) == nil) }
    #expect(JSONValue(parsing: text) != nil)
  }
}
