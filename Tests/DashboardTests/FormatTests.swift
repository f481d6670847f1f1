import Dashboard
import Drawing
import Model
import Testing

struct FormatTests {
  @Test(
    "decimals are rounded and padded with zeros",
    arguments: [
      (3.14159, 2, "3.14"), (0.05, 1, "0.1"), (0.04, 1, "0.0"), (-0.04, 1, "0.0"), (-2.5, 0, "-3"),
      (1234.5, 0, "1235"), (9.999, 2, "10.00"), (0.005, 3, "0.005"), (.nan, 1, "–"),
      (.infinity, 1, "–"), (1e300, 1, "–"),
    ])
  func decimal(value: Double, places: Int, text: String) {
    #expect(Format.decimal(value, places: places) == text)
  }

  @Test(
    "a limit takes at most four columns",
    arguments: [
      (16, "16"), (1.5, "1.5"), (0.25, "0.25"), (0.0625, "0.06"), (128, "128"), (128.4, "128"),
      (-30.8, "-31"), (-0.5, "-0.5"), (1536, "1536"), (12_000, "12k"), (0, "0"), (99.96, "100"),
    ])
  func limit(value: Double, text: String) {
    #expect(Format.limit(value) == text)
  }

  @Test(
    "rates take at most four columns",
    arguments: [
      (0, "0"), (999, "999"), (4_000, "4.0k"), (99_949, "100k"), (1.2e9, "1.2G"),
      (9.96e6, "10M"), (999.6e6, "1.0G"), (-5, "0"), (1e30, "999P"),
    ])
  func rate(perSecond: Double, text: String) {
    #expect(Format.rate(ByteRate(perSecond), unknown: "–") == text)
  }

  @Test("an unknown rate is not zero")
  func unknownRate() {
    #expect(Format.rate(nil, unknown: "–") == "–")
    #expect(Format.rate(ByteRate(.nan), unknown: "–") == "–")
    #expect(Format.longRate(nil, unknown: "–") == "–")
  }

  @Test(
    "memory has the unit that suits it",
    arguments: [
      (0, "0 B"), (1 << 20, "1 MiB"), (61 << 30, "61.0 GiB"), (300 << 30, "300 GiB"),
      (3 << 40, "3.0 TiB"), (-(5 << 20), "-5 MiB"),
    ] as [(Int64, String)])
  func bytes(count: Int64, text: String) {
    #expect(Format.bytes(Bytes(count)) == text)
  }

  @Test(
    "small percentages have a decimal",
    arguments: [
      (0, "0 %"), (0.031, "3.1 %"), (0.38, "38 %"), (1, "100 %"), (0.0012, "0.1 %"),
    ])
  func percent(share: Double, text: String) {
    #expect(Format.percent(Share(share)) == text)
  }

  @Test(
    "ages have one unit",
    arguments: [
      (0, "0 s"), (12.4, "12 s"), (180, "3 min"), (14_400, "4 h"), (259_200, "3 d"), (-1, "0 s"),
    ])
  func age(seconds: Double, text: String) {
    #expect(Format.age(seconds) == text)
  }

  @Test("the clock follows the offset from UTC over midnight")
  func clock() {
    #expect(Format.clock(Boxes.wallClock, offset: 0) == "Fri 14:03:21")
    #expect(Format.clock(Boxes.wallClock, offset: 36_000) == "Sat 00:03:21")
    #expect(Format.clock(0, offset: -1) == "Wed 23:59:59")
    #expect(Format.clock(.nan, offset: 0) == "")
  }

  @Test("used amounts have decimals by the box's size, and always fit their columns")
  func scale() {
    #expect(Scale.cores(box: Cores(2)).used(0.98, unknown: "–") == "0.98")
    #expect(Scale.cores(box: Cores(64)).used(0.98, unknown: "–") == "1.0")
    #expect(Scale.cores(box: Cores(64)).used(0.25, limit: 0.25, unknown: "–") == "0.25")
    let memory = Scale.memory(box: .gibi(512))
    #expect(memory.used(memory.value(.gibi(61)), unknown: "–") == "61.0")
    for box in [0.5, 1, 2, 8, 64, 1024] {
      let scale = Scale.cores(box: Cores(box))
      for value in [0, 0.001, 0.5, 9.99, 99.99, 1e3, 1e6, 1e12, .nan, -5] {
        #expect(scale.used(value, unknown: "–").columns <= scale.usedWidth)
      }
    }
  }

  @Test("what a job takes while it starts is no growth")
  func growthAfterStart() {
    // 160 MiB within a second, as the demo's idle job; and a model that loads for eight seconds.
    let idle = [Float(20 << 20), Float(90 << 20)] + [Float](repeating: Float(160 << 20), count: 58)
    let loading = (0..<100).map { Float(min($0, 28)) * 1e9 }
    for count in [30, 45, 60] {
      #expect(MemoryGrowth(Array(idle.prefix(count)), interval: 1)?.text == "steady")
    }
    #expect(MemoryGrowth(Array(idle.prefix(29)), interval: 1) == nil)
    #expect(MemoryGrowth(loading, interval: 1)?.text == "steady")
  }

  @Test("one large allocation is no growth")
  func growthOfAStep() {
    let step = (0..<120).map { Float($0 < 100 ? 1e9 : 9e9) }
    #expect(MemoryGrowth(step, interval: 1)?.text == "steady")
  }

  @Test("growth is what the parts of the recent past have over those before, a minute")
  func growth() throws {
    let rising = (0..<60).map { Float($0) * 10 * 1_048_576 + 1e9 }
    let growth = try #require(MemoryGrowth(rising, interval: 1))
    #expect(abs(growth.perMinute.count - 600 * 1_048_576) < 1_048_576)
    #expect(growth.text == "+600 MiB")
    #expect(MemoryGrowth(rising.map { _ in 1e9 }, interval: 1)?.text == "steady")
    #expect(MemoryGrowth(Array(rising.reversed()), interval: 1)?.text == "-600 MiB")
  }

  @Test("growth is unknown with too few values")
  func growthUnknown() {
    #expect(MemoryGrowth([1, 2, 3], interval: 1) == nil)
    #expect(MemoryGrowth(Array(repeating: .nan, count: 60), interval: 1) == nil)
    #expect(MemoryGrowth((0..<60).map(Float.init), interval: 0) == nil)
  }
}
