import Dashboard
import Drawing
import Model
import Testing

/// What the screen says of devices that are not as they should be.
struct GPUWordTests {
  /// The GPU view with one device changed and selected.
  private func shown(
    _ index: Int = 0, of count: Int = 2, columns: Int = 120, _ change: (inout GPUMoment) -> Void
  ) -> Shown {
    var moment = Boxes.gpus(count)
    change(&moment.gpus[index])
    var shown = Shown(moment, columns: columns, rows: 36)
    shown.press("4")
    for _ in 0..<index { shown.press(.down) }
    return shown
  }

  private func line(_ shown: Shown, _ beginning: String) -> String {
    shown.lines.first { $0.dropFirst(2).hasPrefix(beginning) } ?? ""
  }

  @Test("a lost device says so in its row and how it comes back below")
  func lost() {
    let shown = shown { $0.reading.condition = .lost }
    #expect(line(shown, "0 ").hasSuffix("X lost"))
    #expect(line(shown, "0 ").contains("  –/"))
    #expect(shown.text.contains("Lost: it has fallen off the bus."))
  }

  @Test("a silent driver has its age, and its values are not called new")
  func silent() {
    let shown = shown {
      $0.reading.condition = .silent(since: Instant(nanoseconds: 19_815 * 1_000_000_000))
    }
    #expect(line(shown, "0 ").hasSuffix("? no answer for 3 min"))
    #expect(shown.text.contains("No answer from its driver for 3 min"))
    #expect(shown.text.contains(" 0.0 of 2 busy"))
  }

  @Test("values that are old have their age")
  func old() {
    let shown = shown {
      $0.reading.time = Instant(nanoseconds: 19_991 * 1_000_000_000)
    }
    #expect(line(shown, "0 ").hasSuffix("? 9 s old"))
    #expect(shown.text.contains("These values are 9 s old"))
  }

  @Test("what is not known is –, what is not offered is n/a")
  func unknown() {
    let shown = shown {
      $0.reading.busy = .unknown
      $0.reading.memoryUsed = .unsupported
      $0.reading.power = .unknown
      $0.reading.powerLimit = .unsupported
    }
    #expect(line(shown, "0 ").contains("  –/"))
    #expect(line(shown, "0 ").contains(" n/a/79.6 "))
    #expect(line(shown, "0 ").contains("   –/n/a "))
  }

  @Test("memory that the device shares with the box has no whole")
  func unified() {
    let shown = shown { $0.reading.memory = .value(.zero) }
    #expect(line(shown, "0 ").contains(" 61.0/n/a "))
    #expect(shown.text.contains("it shares the box's memory"))
  }

  @Test("pids of the host name nobody, and that is said")
  func foreign() {
    let shown = shown {
      $0.hasForeignPids = true
      $0.holders = []
      $0.reading.processes = .value([
        {
          var process = GPUProcess(pid: 7, memory: .gibi(1))
          process.isHere = false
          return process
        }()
      ])
    }
    #expect(!line(shown, "0 ").contains("nobody"))
    #expect(shown.text.contains("! GPU pids are the host's"))
    #expect(shown.text.contains("  a pid of the host "))
  }

  @Test("a job that has a device without a context is named with the reason")
  func budget() {
    let shown = shown(1) {
      $0.holders[0].reason = .budget
      $0.holders[0].pids = []
      $0.reading.processes = .value([])
    }
    #expect(line(shown, "1 ").contains("notebook-7"))
    #expect(shown.text.contains("notebook-7 · carol, by its budget"))
  }

  @Test("a driver that is broken is said beside the devices of another")
  func problem() {
    var moment = Boxes.gpus(2)
    moment.gpuProblem = SafeText("AMD: no permission")
    var shown = Shown(moment, columns: 80, rows: 24)
    shown.press("4")
    #expect(shown.lines.contains { $0.hasPrefix("  ! AMD: no permission") })
  }

  @Test(
    "the definition of idle has this device's numbers, or leaves power out where it is not told")
  func definition() {
    var shown = shown(1, columns: 200) { _ in }
    #expect(
      shown.text.contains(
        "Idle means no SM activity and that it draws at most 133 W (the least seen was 70 W); counted"
      ))
    shown = self.shown(1, columns: 200) { $0.idle.level = nil }
    #expect(
      shown.text.contains("Idle means no SM activity; counted since 12:03, when loadline started."))
    shown = self.shown(1, columns: 200) { $0.reading.activity = .unsupported }
    #expect(shown.text.contains("Idle means that no kernel runs and"))
  }

  @Test("since when is a time of day, on another day with its name")
  func since() {
    let shown = shown(1, columns: 200) {
      $0.idle.since = Instant(nanoseconds: 0)
      $0.idle.isSinceBeginning = false
    }
    #expect(line(shown, "1 ").hasSuffix("z idle since 08:30, 6 h"))
    var moment = Boxes.gpus(2)
    moment.time = Instant(nanoseconds: 120_000 * 1_000_000_000)
    for index in moment.gpus.indices { moment.gpus[index].reading.time = moment.time }
    var late = Shown(moment, columns: 200, rows: 36)
    late.press("4")
    #expect(line(late, "1 ").contains("z idle since Thu 09:"))
  }

  @Test("the strip stands still but for a step to the left when a cell is full")
  func strip() {
    func strip(_ seconds: UInt64) -> String {
      var moment = Boxes.gpus(1)
      moment.time = Instant(nanoseconds: seconds * 1_000_000_000)
      moment.gpus[0].reading.time = moment.time
      // Busy but for one stretch, at a fixed time.
      moment.gpus[0].lastMinute = (0..<60).reversed().map { back in
        Share((19_960..<19_976).contains(Int(seconds) - back) ? 0 : 1)
      }
      var shown = Shown(moment, columns: 80, rows: 24)
      shown.press("4")
      let line = line(shown, "0 ")
      return String(
        line.unicodeScalars.filter { $0 == "█" || $0 == "·" || $0 == "▄" }.map(Character.init))
    }
    // Eight cells of eight seconds each: 19_960 and 20_000 begin one.
    #expect(strip(20_000) == "██··████")
    #expect(strip(20_003) == "██··████")
    #expect(strip(20_007) == "██··████")
    #expect(strip(20_008) == "█··█████")
  }

  @Test("an opened job says which GPUs it has and how busy each is", arguments: [80, 120, 200])
  func opened(columns: Int) {
    var shown = Shown(Boxes.gpus(8), columns: columns, rows: columns == 80 ? 24 : 60)
    shown.press("4", .enter)
    #expect(shown.text.contains("2.0 of 2 busy  GPUs 0,3  121 GiB held"))
    #expect(shown.text.contains(" 98 100 % each"))
  }
}
