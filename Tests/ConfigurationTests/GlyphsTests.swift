import Configuration
import Drawing
import Testing

@Suite struct GlyphsTests {
  @Test(
    arguments: [
      (["LANG": "en_US.UTF-8"], false), (["LANG": "C.utf8"], false),
      (["LANG": "de_DE.UTF-8@euro"], false), (["LANG": "C"], true), ([:], true),
      (["LANG": "en_US.ISO-8859-1"], true), (["LC_ALL": "C", "LANG": "en_US.UTF-8"], true),
      (["LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"], false),
    ])
  func theLocaleDecides(environment: [String: String], isASCII: Bool) {
    #expect(
      glyphs(asciiOption: false, configured: nil, environment: environment).isASCII == isASCII)
  }

  @Test func theConfigurationComesBeforeTheLocaleAndTheOptionBeforeBoth() {
    let utf8 = ["LANG": "C.UTF-8"]
    #expect(glyphs(asciiOption: false, configured: true, environment: utf8).isASCII)
    #expect(!glyphs(asciiOption: false, configured: false, environment: [:]).isASCII)
    #expect(glyphs(asciiOption: true, configured: false, environment: utf8).isASCII)
  }
}
