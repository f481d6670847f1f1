import Model
import Testing

@Suite struct QuantityParsingTests {
  @Test(
    arguments: [
      ("0", 0), ("4096", 4096), ("16GiB", 16 << 30), ("16 GiB", 16 << 30), ("16gib", 16 << 30),
      ("16G", 16 << 30), ("512K", 512 << 10), ("500MB", 500_000_000), ("1kB", 1_000),
      ("1.5GiB", 3 << 29), ("0.1KiB", 102), ("7B", 7), ("8191PiB", 8191 << 50),
      ("999999999999999999", 999_999_999_999_999_999),
      ("0.12345678912345678PB", 123_456_789_123_456),
    ] as [(String, Int64)])
  func sizeIsANumberAndAUnitExactToTheByte(text: String, bytes: Int64) throws {
    #expect(try Bytes(parsing: text) == Bytes(bytes))
  }

  @Test(
    arguments: [
      ("", "an empty text"), ("GiB", "a text without a number in front"),
      ("-1GiB", "a negative number"), ("+1GiB", "a text without a number in front"),
      ("1.GiB", "a number that ends in a point"), (".5GiB", "a text without a number in front"),
      ("1.5", "a fraction of a byte"), ("1.2.3GiB", "an unknown unit"),
      ("16GiBs", "an unknown unit"), ("16Gbit", "an unknown unit"),
      ("1e9", "a number with an exponent; write it out"),
      ("16  GiB", "an unknown unit"), ("16GiB\n", "an unknown unit"), ("50%", "a percentage"),
      ("8192PiB", "more than the largest size, 8 EiB"),
      ("9999999999999999999", "a number of more than 18 digits"),
      ("١٦GiB", "a text without a number in front"),
    ])
  func whatIsNotASizeSaysSoWithoutQuotingIt(text: String, found: String) {
    let error = #expect(throws: Mismatch.self) { try Bytes(parsing: text) }
    #expect(error?.found == found)
    #expect(error?.expected == #"a size such as "16GiB" or "500MB""#)
  }

  @Test(
    arguments: [
      ("500MB/s", 500e6), ("500MB", 500e6), ("1GiB/s", 1_073_741_824), ("0.5 KiB/s", 512),
      ("4096", 4096), ("4096/s", 4096),
    ])
  func rateIsASizeASecond(text: String, perSecond: Double) throws {
    #expect(try ByteRate(parsing: text) == ByteRate(perSecond))
  }

  @Test func letterAloneIsNoUnitOfARateSinceToolsDisagreeOnIt() {
    let error = #expect(throws: Mismatch.self) { try ByteRate(parsing: "500M/s") }
    #expect(error?.found == "a unit that could be binary or decimal")
  }

  @Test func coresAreAPlainNumber() throws {
    #expect(try Cores(parsing: "4") == Cores(4))
    #expect(try Cores(parsing: "2.5") == Cores(2.5))
    let percentage = #expect(throws: Mismatch.self) { try Cores(parsing: "50%") }
    #expect(percentage?.found == "a percentage")
    let unit = #expect(throws: Mismatch.self) { try Cores(parsing: "500m") }
    #expect(unit?.found == "a number with a unit")
  }

  @Test func moneyIsExactToSixDecimals() throws {
    #expect(try Money(parsing: "120.50") == Money(micros: 120_500_000))
    #expect(try Money(parsing: "0.000001") == Money(micros: 1))
    #expect(throws: Mismatch.self) { try Money(parsing: "0.0000001") }
    #expect(throws: Mismatch.self) { try Money(parsing: "$5") }
    #expect(throws: Mismatch.self) { try Money(parsing: "5 EUR") }
    #expect(throws: Mismatch.self) { try Money(parsing: "99999999999999999") }
  }

  @Test(
    arguments: [
      ("90", 90), ("1.5", 1.5), ("36h", 129_600), ("2d12h", 216_000), ("500ms", 0.5),
      ("1h30m", 5_400), ("1h30min", 5_400), ("1w", 604_800), ("1m500ms", 60.5),
    ])
  func timeIsPartsFromLargeToSmall(text: String, expected: Double) throws {
    #expect(try seconds(parsing: text) == expected)
  }

  @Test(
    arguments: [
      ("12h2d", "parts that do not go from large to small"),
      ("1m1min", "parts that do not go from large to small"), ("1h30", "a number without a unit"),
      ("2 d", "a number without a unit"), ("1y", "an unknown unit"),
      ("1D", "a number without a unit"),
      ("", "an empty text"), ("-1s", "a negative number"), ("100000d", "more than a hundred years"),
    ])
  func whatIsNotATimeSaysSo(text: String, found: String) {
    let error = #expect(throws: Mismatch.self) { try seconds(parsing: text) }
    #expect(error?.found == found)
  }
}
