import JSON
import Testing

/// What is written is one line of JSON, whatever is in the strings.
@Suite struct JSONTextTests {
  @Test func quotesBackslashesAndControlCharactersAreEscaped() {
    var json = JSONText()
    json.object { $0.value("k", "a\"\\\n\u{1}é") }
    #expect(json.text == #"{"k":"a\"\\\u000a\u0001é"}"#)
  }

  @Test func whatIsNotANumberIsNull() {
    var json = JSONText()
    json.object { json in
      json.value("a", Double.nan)
      json.value("b", Double.infinity)
      json.value("c", Optional<Int>.none)
    }
    #expect(json.text == #"{"a":null,"b":null,"c":null}"#)
  }
}
