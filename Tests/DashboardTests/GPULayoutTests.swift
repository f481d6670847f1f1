import Dashboard
import Drawing
import Model
import Testing

/// What holds of GPUs on every screen, whatever its size.
struct GPULayoutTests {
  private func forAll(_ shown: Shown, _ body: (Shown, String) -> Void) {
    var shown = shown
    for height in [15, 20, 24, 36, 60] {
      for width in [60, 72, 80, 99, 100, 120, 163, 200, 300] {
        shown.resize(width, height)
        body(shown, "\(width)×\(height)")
      }
    }
  }

  /// The rows of devices, by their index in the moment.
  private func rows(_ shown: Shown) -> [(gpu: GPUMoment, line: String)] {
    shown.frame.targets.compactMap { target in
      guard case .selectGPU(let id) = target.action,
        let gpu = shown.state.moment?.gpus.first(where: { $0.id == id })
      else { return nil }
      return (gpu, shown.lines[target.rect.y])
    }
  }

  @Test("number, job, busy share and state are never left out, and no number is cut")
  func never() {
    var shown = Shown(Boxes.gpus(16))
    shown.press("4")
    forAll(shown) { shown, size in
      for (gpu, line) in rows(shown) {
        let reading = gpu.reading
        #expect(line.contains("\(reading.identity.index) "), "\(size): \(line)")
        if let busy = reading.busy.value {
          #expect(
            line.contains(" " + Format.decimal(busy.percent, places: 0) + "/"), "\(size): \(line)")
        }
        if reading.condition == .lost { #expect(line.contains("X lost"), "\(size): \(line)") }
        if let stranger = gpu.strangers.first {
          #expect(line.contains(" \(stranger.process.pid) "), "\(size): \(line)")
        }
      }
    }
  }

  @Test("columns go by priority: memory, owner, power, idle share, temperature")
  func priority() {
    var shown = Shown(Boxes.gpus(16))
    shown.press("4")
    let order = ["MEMORY", "OWNER", "POWER", "IDLE/1h", "TEMP", " SM", "IDLE h", "NAME", "TENSOR"]
    var least = 0
    for width in 60...260 {
      shown.resize(width, 24)
      let titles = shown.lines.first { $0.hasPrefix("  GPU") } ?? ""
      let kept = order.map { titles.contains($0) }
      #expect(!zip(kept, kept.dropFirst()).contains { !$0 && $1 }, "\(width): \(titles)")
      #expect(kept.count { $0 } >= least || width == 100, "\(width): \(titles)")
      least = kept.count { $0 }
    }
    #expect(least == order.count)
  }

  @Test("the jobs' numbers are whole beside the GPU column, and the load lines stand in line")
  func jobs() {
    var shown = Shown(Boxes.gpus(8))
    shown.press("U")
    forAll(shown) { shown, size in
      let rows = shown.lines.filter { $0.contains("llama-ft  ") || $0.contains("vit-b  ") }
      #expect(rows.count >= 2, "\(size)")
      guard rows.count >= 2 else { return }
      #expect(rows[0].contains(" 15.9/16 ") && rows[0].contains(" 61.0/128"), "\(size): \(rows[0])")
      #expect(rows[1].contains(" 3.1/16 ") && rows[1].contains("118.0/128"), "\(size): \(rows[1])")
      if shown.lines.contains(where: { $0.contains("GPU▼") }) {
        #expect(rows[0].contains(" 2.0/2 ") && rows[1].contains(" 1.2/2&"), "\(size): \(rows)")
      }
      let lines = rows.prefix(2).map { row in
        row.unicodeScalars.enumerated().filter { $0.element == "┃" }.map(\.offset).prefix(2)
      }
      #expect(lines[0] == lines[1], "\(size): \(rows)")
    }
    shown.resize(80, 24)
    #expect(shown.text.contains("GPU▼"))
  }

  @Test("nothing moves from tick to tick")
  func steady() {
    var shown = Shown(Boxes.gpus(8), columns: 120, rows: 36)
    shown.press("4")
    func places(_ shown: Shown) -> [[Int]] {
      rows(shown).map { row in
        row.line.unicodeScalars.enumerated().filter { $0.element == "/" }.map(\.offset)
      }
    }
    let before = places(shown)
    var moment = Boxes.gpus(8)
    for index in moment.gpus.indices where moment.gpus[index].reading.busy.value != nil {
      moment.gpus[index].reading.busy = .value(Share(Double(index) * 0.01))
      moment.gpus[index].reading.power = .value(Watts(7))
      moment.gpus[index].reading.memoryUsed = .value(.mebi(3))
    }
    shown.receive(moment)
    #expect(places(shown) == before)
  }

  @Test("80×24 of the demo says which GPU is idle, whose it is and since when")
  func demo() throws {
    var shown = Shown(Boxes.simulatedGPUs(), columns: 80, rows: 24)
    #expect(shown.text.contains("GPU 2 idle since before 13:58"))
    let sentence = "g GPU idle"
    #expect(shown.lines.contains { $0.contains("demo-notebook") && $0.contains(sentence) })
    shown.press("4")
    let row = try #require(rows(shown).last)
    #expect(row.line.hasPrefix("  2   demo-notebook ann "))
    #expect(row.line.hasSuffix("z idle since before 13:58"))
  }

  @Test("that GPUs are simulated is said on every screen", arguments: [60, 80, 200])
  func simulated(width: Int) {
    var shown = Shown(Boxes.simulatedGPUs(), columns: width, rows: 24)
    shown.receive(.inspected(Controls.all(Boxes.simulatedGPUs())))
    for keys in [
      ["1"], ["2"], ["3"], ["4"], ["6"], ["1", .enter], [.escape, "?"], [.escape, "f"],
    ]
      as [[Key]]
    {
      for key in keys { shown.press(key) }
      #expect(shown.lines[0].contains("SIMULATED"), "\(keys): \(shown.lines[0])")
    }
    shown.press("f", "e", "+", .enter, "p")
    #expect(shown.state.mode == .previewing)
    #expect(shown.lines[0].contains("SIMULATED"), "\(shown.lines[0])")
  }

  @Test("a box without GPUs says nothing of them but in their view")
  func without() {
    var shown = Shown(Boxes.busy(), columns: 200, rows: 60)
    #expect(!shown.lines.dropLast().contains { $0.contains("GPU") })
    shown.press("4")
    #expect(shown.text.contains("No GPU: no driver here tells of one."))
  }

  @Test("a gap of a few seconds is not called idle, only shown")
  func shortGap() {
    var moment = Boxes.gpus(2)
    moment.gpus[1].idle.since = moment.time
    for index in moment.jobs.indices where moment.jobs[index].gpus?.idleSince != nil {
      moment.jobs[index].gpus?.idleSince = moment.time
    }
    let shown = Shown(moment)
    #expect(!shown.text.contains("GPU idle"))
    #expect(shown.text.contains(" 0 idle"))
  }

  @Test("each node's GPUs stand with its CPUs, and all on a box with one node")
  func nodes() {
    var moment = Boxes.gpus(8)
    moment.box.topology = Boxes.threads64
    var shown = Shown(moment, columns: 120, rows: 36)
    shown.press("2")
    #expect(shown.lines.contains { $0.contains("node 0") && $0.contains("GPUs 0-3") })
    #expect(shown.lines.contains { $0.contains("node 1") && $0.contains("GPUs 4-7") })
    shown = Shown(Boxes.simulatedGPUs(), columns: 120, rows: 36)
    shown.press("2")
    #expect(shown.lines.contains { $0.contains("node 0") && $0.contains("GPUs 0-2") })
  }
}
