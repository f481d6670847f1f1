import Model
import Testing

@testable import Sampler

@Suite struct PressureParsingTests {
  @Test func takesTheTotalsOfBothLines() {
    let text = """
      some avg10=4.03 avg60=0.85 avg300=0.18 total=648303
      full avg10=0.00 avg60=0.00 avg300=0.00 total=64

      """
    let pressure = Parsing.pressure(Array(text.utf8).span)
    #expect(pressure.some == 648_303)
    #expect(pressure.full == 64)
  }

  @Test func aMissingLineIsUnknown() {
    let pressure = Parsing.pressure(Array("some avg10=0 avg60=0 avg300=0 total=5\n".utf8).span)
    #expect(pressure.some == 5)
    #expect(pressure.full == nil)
  }

  @Test(arguments: ["", "\n\n", "some", "some avg10=1", "full total=7\n", "some a b c total=x\n"])
  func whatIsNotAsDocumentedIsUnknown(text: String) {
    let pressure = Parsing.pressure(Array(text.utf8).span)
    #expect(pressure.some == nil)
    #expect(pressure.full == nil)
  }
}

@Suite struct IOParsingTests {
  @Test func addsUpTheDevicesThatCount() {
    let text = """
      254:0 rbytes=8388608 wbytes=10 rios=8 wios=0 dbytes=0 dios=0
      253:1 rbytes=99 wbytes=99 rios=1 wios=1 dbytes=0 dios=0
      8:16 rbytes=2 wbytes=3 rios=1 wios=1 dbytes=0 dios=0 cost.usage=17

      """
    let io = Parsing.ioStat(Array(text.utf8).span) { $0.major != 253 }
    #expect(io.read == 8_388_610)
    #expect(io.written == 13)
  }

  @Test func linesWithoutKeysAndUnknownKeysCountNothing() {
    let text = "254:0 \n8:0\n8:16 rbytes=5 newkey wbytes=6\nnonsense\n\n9:0 xrbytes=1 rbytes=2\n"
    let io = Parsing.ioStat(Array(text.utf8).span) { _ in true }
    #expect(io.read == 7)
    #expect(io.written == 6)
  }

  @Test func theOldFormatHasALineForEachDirection() {
    let text = """
      254:0 Read 100
      254:0 Write 20
      254:0 Sync 120
      254:0 Async 0
      254:0 Discard 0
      254:0 Total 120
      7:0 Read 5
      Total 125

      """
    let io = Parsing.blkioBytes(Array(text.utf8).span) { $0.major != 7 }
    #expect(io.read == 100)
    #expect(io.written == 20)
  }

  @Test func aProcessesCharactersAreNotItsBytes() {
    let text = """
      rchar: 4292
      wchar: 0
      syscr: 13
      syscw: 0
      read_bytes: 94208
      write_bytes: 4096
      cancelled_write_bytes: 7

      """
    let io = Parsing.processIO(Array(text.utf8).span)
    #expect(io.read == 94_208)
    #expect(io.written == 4096)
  }

  @Test func anEmptyFileOfAProcessIsUnknown() {
    let io = Parsing.processIO([UInt8]().span)
    #expect(io == IOReading())
  }
}

@Suite struct ScannerTests {
  @Test(arguments: [
    ("18446744073709551615", UInt64.max), ("0", 0), ("  42 ", 42), ("7abc", 7),
  ])
  func readsADecimalNumber(text: String, number: UInt64) {
    let bytes = Array(text.utf8)
    var scanner = Scanner(bytes.span)
    let found = scanner.number()
    #expect(found == number)
  }

  @Test(arguments: ["", " ", "max", "-1", "18446744073709551616", "99999999999999999999999"])
  func anythingElseIsNone(text: String) {
    let bytes = Array(text.utf8)
    var scanner = Scanner(bytes.span)
    let found = scanner.number()
    #expect(found == nil)
  }

  @Test(
    arguments: [
      ("-9223372036854775807", -9_223_372_036_854_775_807), ("-1", -1), ("5", 5),
    ] as [(String, Int64)])
  func readsANumberWithASign(text: String, number: Int64) {
    let bytes = Array(text.utf8)
    var scanner = Scanner(bytes.span)
    let found = scanner.signedNumber()
    #expect(found == number)
  }
}
