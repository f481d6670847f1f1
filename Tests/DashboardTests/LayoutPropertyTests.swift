import Dashboard
import Drawing
import Model
import Testing

/// What holds on every screen from 60×15 to 300×100, whatever is on it.
struct LayoutPropertyTests {
  /// Just below and at every width and height at which something changes, and a few between.
  static let widths = [60, 61, 72, 80, 99, 100, 110, 120, 163, 200, 300]
  static let heights = [15, 19, 20, 24, 30, 50, 60, 100]
  static let counts = [0, 1, 14, 200]

  /// The rows of the screen on which jobs are, with their jobs.
  private func jobRows(_ shown: Shown) -> [(y: Int, job: JobMoment)] {
    shown.frame.targets.compactMap { target in
      guard case .select(let id) = target.action,
        let job = shown.state.moment?.jobs.first(where: { $0.id == id })
      else { return nil }
      return (target.rect.y, job)
    }
  }

  private func columns(of glyphs: Set<Unicode.Scalar>, y: Int, _ canvas: Canvas) -> [Int] {
    // The last column is the scroll bar's.
    (0..<canvas.size.columns - 1).filter { glyphs.contains(canvas[$0, y].scalar) }
  }

  private func forAll(_ counts: [Int], _ body: (Shown, String) -> Void) {
    for count in counts {
      var shown = Shown(Boxes.many(count))
      for height in Self.heights {
        for width in Self.widths {
          shown.resize(width, height)
          body(shown, "\(count) jobs on \(width)×\(height)")
        }
      }
    }
  }

  @Test("the load lines of a column stand at one place", arguments: counts, ["1", "3"] as [Key])
  func loadLine(count: Int, view: Key) {
    for glyphs in [Glyphs.blocks, .ascii] {
      var shown = Shown(Boxes.many(count))
      shown.glyphs = glyphs
      shown.press(view)
      for height in Self.heights {
        for width in Self.widths {
          shown.resize(width, height)
          let lines = jobRows(shown).map { row in
            columns(of: [glyphs.line, glyphs.noLine], y: row.y, shown.frame.canvas)
          }
          #expect(
            Set(lines).count <= 1, "\(count) jobs on \(width)×\(height): \(Set(lines))")
          #expect(lines.allSatisfy { $0.count == (view == "1" ? 2 : 1) })
        }
      }
    }
  }

  @Test("no number of a row is cut", arguments: counts)
  func numbers(count: Int) {
    let cores = Scale.cores(box: Cores(64))
    let memory = Scale.memory(box: .gibi(512))
    forAll([count]) { shown, what in
      let lines = shown.lines
      for (y, job) in jobRows(shown) {
        let line = lines[y]
        for (scale, used, limit) in [
          (cores, job.cpu.used?.value, job.grant.cores.amount?.value),
          (
            memory, job.memory.used.map { memory.value($0) },
            job.grant.memory.amount.map { memory.value($0) }
          ),
        ] {
          guard let used else { continue }
          var text = scale.used(used, limit: limit, unknown: "–")
          if let limit { text += "/" + Format.limit(limit) }
          #expect(line.contains(text), "\(what): \(text) is not in \(line)")
        }
      }
    }
  }

  @Test(
    "the header always has the used amounts and the time, the bar always help and quit",
    arguments: counts)
  func fixed(count: Int) {
    forAll([count]) { shown, what in
      let lines = shown.lines
      #expect(lines[0].hasSuffix("14:03:21"), "\(what): \(lines[0])")
      #expect(lines.contains { $0.contains("of 64 cores") }, "\(what)")
      #expect(lines.contains { $0.contains("of 512 GiB") }, "\(what)")
      #expect(lines[shown.state.size.rows - 1].contains("? help  q quit"), "\(what)")
    }
  }

  @Test("the totals are on the screen whatever its size", arguments: counts)
  func totals(count: Int) {
    forAll([count]) { shown, what in
      let lines = shown.lines
      #expect(lines.contains { $0.hasPrefix("  other ") }, "\(what)")
      #expect(lines.contains { $0.hasPrefix("  free ") }, "\(what)")
    }
  }

  @Test("every click target is on the screen, and no two jobs share a row")
  func targets() {
    forAll([14, 200]) { shown, what in
      let bounds = shown.frame.canvas.bounds
      for target in shown.frame.targets {
        #expect(
          target.rect.x >= 0 && target.rect.endX <= bounds.width && target.rect.y >= 0
            && target.rect.endY <= bounds.height && !target.rect.isEmpty, "\(what): \(target)")
      }
      let rows = jobRows(shown).map(\.y)
      #expect(Set(rows).count == rows.count, "\(what)")
    }
  }

  @Test("the opened job's screen holds at every size")
  func opened() {
    var shown = Shown(Boxes.opened(processes: 300))
    shown.press(.enter)
    for height in Self.heights {
      for width in Self.widths {
        shown.resize(width, height)
        let what = "\(width)×\(height)"
        let lines = shown.lines
        #expect(lines.contains { $0.contains(" 15.9/16") }, "\(what)")
        #expect(lines.contains { $0.contains(" 61.0/128") }, "\(what)")
        let titles = lines.first { $0.contains("PID") } ?? ""
        for title in ["CORES", "RESIDENT", " S ", "COMMAND"] {
          #expect(titles.contains(title), "\(what): \(title) is not in \(titles)")
        }
        let processes = shown.frame.targets.filter {
          if case .selectProcess = $0.action { true } else { false }
        }
        #expect(processes.count >= 1, "\(what)")
      }
    }
  }

  @Test(
    "the smallest and the largest boxes have their numbers whole",
    arguments: [(1, 0.5), (2, 8), (16, 64), (1024, 24_576)] as [(Double, Double)])
  func boxes(cores: Double, memory: Double) {
    var shown = Shown(
      Boxes.moment(
        cores: cores, memory: memory,
        jobs: [
          JobBuilder("a", number: 1).cores(cores * 0.9, of: cores * 0.95)
            .memory(memory * 0.8, of: memory * 0.9).moment
        ], otherCores: cores * 0.05, otherMemory: memory * 0.05, uncharged: memory * 0.01))
    let scale = (Scale.cores(box: Cores(cores)), Scale.memory(box: gibibytes(memory)))
    for width in Self.widths {
      shown.resize(width, 24)
      let line = shown.lines[jobRows(shown)[0].y]
      let used = scale.0.used(cores * 0.9, limit: cores * 0.95, unknown: "–")
      #expect(line.contains(" \(used)/\(Format.limit(cores * 0.95))"), "\(width): \(line)")
      let held = scale.1.used(memory * 0.8, limit: memory * 0.9, unknown: "–")
      #expect(line.contains(" \(held)/\(Format.limit(memory * 0.9))"), "\(width): \(line)")
    }
  }

  @Test("numbers stay in their columns from tick to tick")
  func steady() {
    var shown = Shown(Boxes.busy(), columns: 120, rows: 40)
    let before = jobRows(shown).map { columns(of: ["/"], y: $0.y, shown.frame.canvas) }
    var moment = Boxes.busy()
    for index in moment.jobs.indices {
      moment.jobs[index].cpu.used = Cores(Double(index) * 0.11)
      moment.jobs[index].memory.used = Bytes.mebi(Int64(index) * 700 + 3)
      moment.jobs[index].io.read = ByteRate(Double(index) * 12_345_678)
    }
    shown.receive(moment)
    let after = jobRows(shown).map { columns(of: ["/"], y: $0.y, shown.frame.canvas) }
    #expect(before == after)
  }

  @Test("the rows of the cores column add up to the box, and of memory with what is uncharged")
  func sums() throws {
    let shown = Shown(Boxes.many(6), columns: 200, rows: 60)
    func used(_ line: String, _ column: Int) -> Double? {
      // The amounts before the first and the second limit, or before `of`.
      let words = line.split(separator: " ").filter { $0.first?.isNumber == true }
      guard column < words.count else { return nil }
      return Double(words[column].prefix { $0 != "/" })
    }
    var lines = jobRows(shown).map { shown.lines[$0.y] }
    lines = lines.map { $0.replacing(" of 64", with: "").replacing(" of 512", with: "") }
    lines += try ["  other ", "  free "].map { shown.lines[try #require(shown.row(of: $0))] }
    let cores = try lines.map { try #require(used($0, 0), "\($0)") }.reduce(0, +)
    let memory = try lines.map { try #require(used($0, 1), "\($0)") }.reduce(0, +)
    #expect(abs(cores - 64) < 16 * 0.05)
    #expect(abs(memory + 4.2 - 512) < 16 * 0.05)
    #expect(shown.text.contains("+ 4.2 GiB uncharged"))
  }
}
