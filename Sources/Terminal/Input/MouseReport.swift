import Drawing

/// What a terminal says of its mouse, in either form.
nonisolated struct MouseReport: Equatable {
  enum Event: Equatable {
    case press, release, drag, wheelUp, wheelDown
  }
  var event: Event
  var x: Int
  var y: Int

  /// `ESC [ M` and three bytes, each 32 more than it says; cells count from 1.
  init?(x10 code: UInt8, _ column: UInt8, _ row: UInt8) {
    guard code >= 32 else { return nil }
    // Which button was released is not told: any other button's press was ignored anyway.
    let code = Int(code) - 32
    let isRelease = code & 0b11 == 3 && code < 64
    self.init(code: isRelease ? code - 3 : code, x: Int(column) - 33, y: Int(row) - 33, isRelease)
  }

  /// `ESC [ < code ; column ; row` and `M` for a press or `m` for a release.
  init?(sgr numbers: [Int], final: UInt8) {
    guard numbers.count == 3, final == 0x4D || final == 0x6D else { return nil }
    self.init(code: numbers[0], x: numbers[1] - 1, y: numbers[2] - 1, final == 0x6D)
  }

  /// The button in the lowest bits, 4, 8 and 16 for modifiers, 32 for a movement, 64 for the wheel.
  private init?(code: Int, x: Int, y: Int, _ isRelease: Bool) {
    guard x >= 0, y >= 0 else { return nil }
    self.x = x
    self.y = y
    switch code & ~0b11100 {
    case 0: event = isRelease ? .release : .press
    case 32 where !isRelease: event = .drag
    case 64 where !isRelease: event = .wheelUp
    case 65 where !isRelease: event = .wheelDown
    // Other buttons, and movement without any.
    default: return nil
    }
  }
}

/// Tells clicks from double clicks, and leaves out releases and drags that no press began.
nonisolated struct PointerState {
  private var isDown = false
  private var lastPress: (x: Int, y: Int, at: ContinuousClock.Instant)?

  private static let doubleClickTime = Duration.milliseconds(400)

  mutating func input(for report: MouseReport, at now: ContinuousClock.Instant) -> Input? {
    let action: MouseInput.Action
    switch report.event {
    case .wheelUp: action = .wheelUp
    case .wheelDown: action = .wheelDown
    case .press:
      isDown = true
      if let last = lastPress, last.x == report.x, last.y == report.y,
        now - last.at <= Self.doubleClickTime
      {
        action = .doubleClick
        lastPress = nil
      } else {
        action = .press
        lastPress = (report.x, report.y, now)
      }
    case .release, .drag:
      guard isDown else { return nil }
      isDown = report.event == .drag
      action = report.event == .drag ? .drag : .release
    }
    return .mouse(MouseInput(action, x: report.x, y: report.y))
  }
}
