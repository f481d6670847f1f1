import Model
import Testing

@testable import GPU

/// Who is asked when, and what is said of a driver that does not answer. No clock, no threads.
@Suite struct DriverBoardTests {
  private func at(_ seconds: Double) -> Instant {
    Instant(nanoseconds: 1_000_000_000_000).advanced(bySeconds: seconds)
  }

  private func reading(
    _ index: Int, at seconds: Double, _ condition: GPUCondition = .answering, samples: [UInt64] = []
  ) -> GPUReading {
    var reading = GPUReading(
      identity: GPUIdentity(
        id: GPUID(SafeText("GPU-\(index)")), index: index, vendor: .nvidia, name: SafeText("GPU")),
      time: at(seconds))
    reading.condition = condition
    reading.busy = .value(Share(0.5))
    reading.busySamples = samples.map { GPUBusySample(time: $0, busy: Share(0)) }
    return reading
  }

  /// A board of which both devices were read at 0.
  private func board() -> DriverBoard {
    var board = DriverBoard()
    _ = board.opened(1, count: 2, version: SafeText("NVIDIA 1"), at: at(0))
    for index in 0..<2 { ask(&board, index, at: 0) }
    return board
  }

  private func ask(
    _ board: inout DriverBoard, _ index: Int, at seconds: Double,
    _ condition: GPUCondition = .answering
  ) {
    if board.begin(board.generation, index, at: at(seconds)) {
      _ = board.end(
        board.generation, index, [reading(index, at: seconds, condition)], at: at(seconds))
    }
  }

  private func conditions(_ board: DriverBoard, at seconds: Double) -> [GPUCondition]? {
    var board = board
    return board.take(at: at(seconds))?.devices.map(\.condition)
  }

  @Test func nothingIsKnownBeforeTheDriverIsOpen() {
    var board = DriverBoard()
    let before = board.take(at: at(0))
    #expect(before == nil)
    let isOurs = board.beginOpening(1, at: at(0))
    #expect(isOurs)
    let soon = board.take(at: at(1))
    #expect(soon == nil)
    let waiting = board.take(at: at(5))
    #expect(waiting?.devices == [])
    #expect(waiting?.problem?.string == "no answer from the driver for 5 s")
  }

  @Test func noDriverIsNothingAtAll() {
    var board = DriverBoard()
    let pause = board.failed(1, .absent, at: at(0))
    #expect(pause == nil)
    let sample = board.take(at: at(100))
    #expect(sample == nil)
    #expect(board.isAbsent)
  }

  @Test func whatFailsIsTriedAgainMoreAndMoreRarely() {
    var board = DriverBoard()
    let pauses = (0..<12).map { _ in board.failed(1, .failed(SafeText("x")), at: at(0)) }
    #expect(pauses.prefix(4) == [2, 4, 8, 16])
    #expect(pauses.last == 900)
    let failing = board.take(at: at(0))
    #expect(failing?.problem?.string == "x")
    _ = board.opened(1, count: 0, version: nil, at: at(1))
    let open = board.take(at: at(1))
    #expect(open?.problem == nil)
    let pause = board.failed(1, .failed(SafeText("x")), at: at(2))
    #expect(pause == 2)
  }

  @Test func aCallThatDoesNotReturnMakesAllDevicesSilentSinceTheirLastReading() {
    var board = board()
    let isItsTurn = board.begin(1, 1, at: at(1))
    #expect(isItsTurn)
    #expect(conditions(board, at: 2) == [.answering, .answering])
    #expect(conditions(board, at: 4.5) == [.silent(since: at(0)), .silent(since: at(0))])
    // It returns after all.
    _ = board.end(1, 1, [reading(1, at: 5)], at: at(5))
    #expect(conditions(board, at: 5) == [.answering, .answering])
  }

  @Test func theNextThreadLeavesTheDeviceOutThatHeldTheLastOne() {
    var board = board()
    let isItsTurn = board.begin(1, 1, at: at(1))
    #expect(isItsTurn)
    let isGivenUpAtOnce = board.giveUp(at: at(5))
    #expect(!isGivenUpAtOnce)
    let isGivenUp = board.giveUp(at: at(11))
    #expect(isGivenUp)
    #expect(board.generation == 2)
    // The thread that was given up may not speak any more.
    let isHeard = board.end(1, 1, [reading(1, at: 30)], at: at(30))
    #expect(!isHeard)
    ask(&board, 0, at: 12)
    let isAsked = board.begin(2, 1, at: at(12))
    #expect(!isAsked)
    #expect(conditions(board, at: 12) == [.answering, .silent(since: at(0))])
    // Its turn comes again.
    ask(&board, 1, at: 14)
    #expect(conditions(board, at: 14) == [.answering, .answering])
  }

  @Test func aThreadInWhosePlaceNoneCouldBeStartedIsWaitedFor() {
    var board = board()
    _ = board.begin(1, 1, at: at(1))
    _ = board.giveUp(at: at(20))
    board.keepStuckThread()
    #expect(board.generation == 1)
    let isHeard = board.end(1, 1, [reading(1, at: 30)], at: at(30))
    #expect(isHeard)
    #expect(conditions(board, at: 30) == [.answering, .answering])
  }

  @Test func onlySoManyThreadsAreGivenUpAtATime() {
    var board = DriverBoard()
    _ = board.opened(1, count: 1, version: nil, at: at(0))
    var started = 0
    for step in 0..<20 {
      let seconds = Double(step) * 1000
      _ = board.begin(board.generation, 0, at: at(seconds))
      if board.giveUp(at: at(seconds + 500)) { started += 1 }
    }
    // With the first one, three are stuck; the last is waited for.
    #expect(started == 2)
    // One comes back: another may be started.
    board.returned(1)
    let another = board.giveUp(at: at(30_000))
    #expect(another)
  }

  @Test func aDeviceThatAnswersNothingIsAskedMoreAndMoreRarely() {
    var board = board()
    var asked: [Double] = []
    for second in 1..<2000 where board.begin(1, 0, at: at(Double(second))) {
      let now = at(Double(second))
      asked.append(Double(second))
      _ = board.end(1, 0, [reading(0, at: Double(second), .silent(since: now))], at: now)
    }
    #expect(asked.prefix(5) == [1, 3, 7, 15, 31])
    // It has been silent since its last answer, and what was known of it stays.
    var copy = board
    let device = copy.take(at: at(2000))?.devices.first
    #expect(device?.condition == .silent(since: at(0)))
    #expect(device?.busy == .value(Share(0.5)))
    #expect(device?.time == at(0))
  }

  @Test func aLostDeviceStaysInItsPlace() {
    var board = board()
    ask(&board, 0, at: 1, .lost)
    #expect(conditions(board, at: 1) == [.lost, .answering])
    let time = board.take(at: at(1))?.devices.first?.time
    #expect(time == at(0))
  }

  @Test func samplesOfReadingsThatNobodyTookAreKeptAndGivenOnce() {
    var board = board()
    for second in 1...3 {
      _ = board.begin(1, 0, at: at(Double(second)))
      let samples = [UInt64(second * 10), UInt64(second * 10 + 1)]
      _ = board.end(
        1, 0, [reading(0, at: Double(second), samples: samples)], at: at(Double(second)))
    }
    let taken = board.take(at: at(4))?.devices.first
    #expect(taken?.busySamples.map(\.time) == [10, 11, 20, 21, 30, 31])
    let again = board.take(at: at(4))?.devices.first
    #expect(again?.busySamples == [])
  }
}
