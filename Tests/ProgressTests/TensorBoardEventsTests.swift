import Model
import Testing

@testable import Progress

/// TensorBoard's event files.
@Suite struct TensorBoardEventsTests {
  private func reports(_ bytes: [UInt8], pieces: Int) -> (reports: [ProgressReport], isBroken: Bool)
  {
    var events = TensorBoardEvents()
    var reports: [ProgressReport] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      events.feed(rest.prefix(pieces)) { reports.append($0) }
      rest = rest.dropFirst(pieces)
    }
    return (reports, events.isBroken)
  }

  private let file: [UInt8]

  init() throws { file = try Fixture.bytes("events.out.tfevents.1795291351.box") }

  @Test func theChecksumIsTheCastagnoliPolynomials() {
    // RFC 3720 B.4: thirty-two bytes of zeros, and of ones.
    #expect(CRC32C.checksum(Array(repeating: 0, count: 32)[...]) == 0x8A91_36AA)
    #expect(CRC32C.checksum(Array(repeating: 0xFF, count: 32)[...]) == 0x62A8_AB43)
  }

  @Test(arguments: [1, 7, 4096])
  func stepsLossAndTimesAreReadHoweverTheyArrive(_ pieces: Int) {
    let (reports, isBroken) = reports(file, pieces: pieces)
    #expect(!isBroken)
    #expect(reports.compactMap(\.loss).map { ($0 * 1000).rounded() } == [1000, 500, 333, 250, 200])
    #expect(reports.compactMap(\.step) == [0, 0, 10, 10, 20, 20, 30, 30, 40, 40])
    #expect(reports.last?.time == 1_700_000_008)
  }

  @Test func aWrongByteEndsTheReadingInsteadOfInventing() {
    for position in file.indices {
      var broken = file
      broken[position] ^= 0x55
      let (found, _) = reports(broken, pieces: 4096)
      #expect(found.count <= 10)
      #expect(found.allSatisfy { ($0.step ?? 0) <= 40 && ($0.loss ?? 0) <= 1 })
    }
  }

  @Test func aRecordThatIsTooLongIsPassedOver() {
    var long: [UInt8] = []
    let length = UInt64(200_000)
    let header = (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(8 * $0)) }
    let sum = CRC32C.masked(header[...])
    long += header + (0..<4).map { UInt8(truncatingIfNeeded: sum >> UInt32(8 * $0)) }
    long += [UInt8](repeating: 7, count: 200_000 + 4)
    let (found, isBroken) = reports(long + file, pieces: 10_000)
    #expect(!isBroken)
    #expect(found.count == 10)
  }
}
