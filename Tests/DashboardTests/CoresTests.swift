import Dashboard
import Drawing
import Model
import Testing

/// The seat map: whose the CPUs are, and how they change hands.
struct CoresTests {
  private func shown(_ topology: Topology = Boxes.threads64) -> Shown {
    var shown = Shown.controlled(Boxes.seats(topology), columns: 80, rows: 24)
    shown.press("2")
    return shown
  }

  private func sets(_ shown: Shown) -> [String: CPUSet] {
    var sets: [String: CPUSet] = [:]
    for change in shown.drafted {
      if case .cpus(let cpus) = change.to { sets[change.target.name.string] = cpus }
    }
    return sets
  }

  private func give(to name: String, _ shown: inout Shown) {
    shown.press(.enter)
    for _ in shown.order where !shown.text.contains("▶ \(name)") { shown.press(.down) }
    shown.press(.enter)
  }

  @Test("a seat is its job's letter, & where several hold it, a dot where nobody does")
  func letters() {
    let text = shown(Boxes.fourCPUs).text
    #expect(text.contains("A train"))
    #expect(text.contains("B etl"))
    #expect(text.contains("& shared"))
    #expect(text.contains("A train 0  B etl 1-2  C serve 2"))
  }

  @Test("a job keeps its letter when another one ends")
  func steadyLetters() {
    var shown = shown()
    var moment = Boxes.seats(Boxes.threads64)
    moment.jobs.removeFirst()
    shown.receive(moment)
    #expect(shown.text.contains("B etl 16-47"))
    #expect(shown.text.contains("C serve 32-47"))
  }

  @Test("arrows walk along siblings, cores and rows, and stop at the ends")
  func cursor() {
    var shown = shown()
    #expect(shown.state.cores.cursor == 0)
    shown.press(.left, .up)
    #expect(shown.state.cores.cursor == 0)
    shown.press(.right)
    #expect(shown.state.cores.cursor == 32, "its SMT sibling")
    shown.press(.right)
    #expect(shown.state.cores.cursor == 1)
    shown.press("G", .right, .down)
    #expect(shown.state.cores.cursor == 63)
    shown.press("g")
    #expect(shown.state.cores.cursor == 0)
  }

  @Test("Space selects single seats, v a range in the order of the map")
  func selection() {
    var shown = shown()
    shown.press(" ", .right, .right, " ")
    #expect(shown.state.cores.selected == CPUSet([0, 1]))
    shown.press(" ")
    #expect(shown.state.cores.selected == CPUSet([0]))
    shown.press("v", .right, .right, "v")
    #expect(shown.state.cores.selected == CPUSet([0, 1, 33, 2]))
    shown.press(.escape)
    #expect(shown.state.cores.selected.isEmpty)
  }

  @Test("a pointer drawn over seats selects from the first to the last")
  func drag() throws {
    var shown = shown()
    func place(_ cpu: Int) throws -> (x: Int, y: Int) {
      let area = try #require(shown.frame.targets.first { $0.action == .seatAt(cpu) })
      return (area.rect.x, area.rect.y)
    }
    let (first, last) = (try place(0), try place(2))
    shown.mouse(.press, x: first.x, y: first.y)
    shown.mouse(.drag, x: last.x, y: last.y)
    shown.mouse(.release, x: last.x, y: last.y)
    #expect(shown.text.contains("5 selected: 0-2,32-33"))
    shown.mouse(.press, x: first.x, y: first.y)
    #expect(shown.state.cores.selected == CPUSet([0]))
  }

  @Test("giving seats: the taker gains them, whoever had them for itself loses them")
  func give() {
    var shown = shown()
    shown.press("v", .right, .right)
    give(to: "serve", &shown)
    #expect(sets(shown)["train"] == CPUSet(2..<16))
    #expect(sets(shown)["serve"] == CPUSet([0, 1] + Array(32..<48)))
    #expect(sets(shown)["etl"] == nil, "seats that two jobs share are not taken from either")
    #expect(shown.text.contains("A train 2-15"), "the map is as the draft would have it")
    #expect(shown.lines[0].contains("DRAFT 2 changes"))
  }

  @Test("a job without a core set gets one of just these seats")
  func newSet() {
    var shown = shown()
    shown.press("v", .right, .right)
    give(to: "notebook", &shown)
    #expect(sets(shown)["notebook"] == CPUSet([0, 1, 32]))
    #expect(shown.text.contains("D notebook"))
  }

  @Test("nobody is left without a CPU")
  func last() {
    var shown = shown(Boxes.fourCPUs)
    give(to: "serve", &shown)
    #expect(shown.state.draft == nil)
    #expect(shown.text.contains("train would have no CPU left"))
  }

  @Test("Del takes the selected seats out of the core sets that hold them")
  func free() {
    var shown = shown()
    shown.press(.delete)
    #expect(sets(shown) == ["train": CPUSet(1..<16)])
  }

  @Test("p previews the core sets with who gains and loses which CPUs")
  func preview() {
    var shown = shown()
    shown.press(" ")
    give(to: "serve", &shown)
    shown.press("p")
    #expect(shown.text.contains("train loses CPU 0; serve gains CPU 0."))
  }

  @Test("where the box's seating was not read every CPU is a core of one node")
  func flat() {
    var moment = Boxes.seats(Boxes.threads64)
    moment.box.topology = Topology()
    moment.box.cpuLoads = []
    var shown = Shown.controlled(moment, columns: 80, rows: 24)
    shown.press("2")
    #expect(shown.text.contains("node 0  socket 0  64 CPUs"))
  }

  @Test(
    "every seat can be reached and is whole at every size",
    arguments: [2, 4, 64, 256])
  func sizes(count: Int) {
    let topology = Topology(
      (0..<count).map {
        let core = count > 4 ? $0 % (count / 2) : $0
        return Topology.CPU($0, node: core * 2 / count, socket: core * 2 / count, core: core)
      })
    var shown = Shown.controlled(Boxes.seats(topology))
    shown.press("2")
    for height in LayoutPropertyTests.heights {
      for width in LayoutPropertyTests.widths {
        shown.resize(width, height)
        let what = "\(count) CPUs on \(width)×\(height)"
        var seen = CPUSet()
        for _ in 0..<count {
          let seats = shown.frame.targets.filter {
            if case .seatAt = $0.action { true } else { false }
          }
          // No two seats overlap, and none is beyond the map.
          let cells = seats.reduce(0) { $0 + $1.rect.width * $1.rect.height }
          let covered = Set(
            seats.flatMap { seat in
              (seat.rect.y..<seat.rect.endY).flatMap { y in
                (seat.rect.x..<seat.rect.endX).map { y * 1000 + $0 }
              }
            })
          #expect(covered.count == cells, "\(what)")
          #expect(seats.allSatisfy { $0.rect.endX <= width && $0.rect.endY < height }, "\(what)")
          for seat in seats { if case .seatAt(let cpu) = seat.action { seen.insert(cpu) } }
          #expect(
            seats.contains { $0.action == .seatAt(shown.state.cores.cursor ?? -1) }, "\(what)")
          if seen.count == count { break }
          shown.press(.down)
        }
        #expect(seen.count == count, "\(what): \(seen.count) seen")
        shown.press("g")
        let lines = shown.lines
        #expect(lines[height - 1].contains("? help  q quit"), "\(what)")
        #expect(lines.contains { $0.contains("node 0") }, "\(what)")
        if count >= 4 { #expect(lines.contains { $0.contains("A train") }, "\(what)") }
      }
    }
  }
}
