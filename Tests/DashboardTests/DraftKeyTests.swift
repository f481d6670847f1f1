import Dashboard
import Drawing
import Model
import Testing

/// Drafting on the rows: what each key does, and that nothing but the draft changes.
struct DraftKeyTests {
  private func shown(columns: Int = 120, rows: Int = 40) -> Shown {
    var shown = Shown.controlled(columns: columns, rows: rows)
    shown.choose("train")
    return shown
  }

  @Test("e opens a draft on the selected job and pins all jobs as they are now")
  func open() {
    var shown = shown()
    let targets = shown.state.moment?.jobs.map { Target($0.job) } ?? []
    #expect(shown.press("e") == [.control(.inspect(targets))])
    #expect(shown.state.draft != nil)
    #expect(shown.text.contains("DRAFT"))
  }

  @Test("who drafts from job to job faster than it is answered asks once what can be set")
  func asksOnce() {
    var shown = Shown(Boxes.roomy(), columns: 120, rows: 40)
    shown.press("g")
    #expect(shown.press("a").count == 1)
    shown.press("1")
    shown.press(.enter)
    shown.press(.down)
    #expect(shown.press("a") == [])
    #expect(shown.state.draft != nil)
  }

  @Test(
    "a, m, w and i open the draft at their knob",
    arguments: [("a", .cores), ("m", .memory), ("w", .weight), ("i", .read)] as [(Key, Knob)])
  func knobs(key: Key, knob: Knob) throws {
    var shown = shown()
    shown.press(key)
    guard case .editing(let editor) = shown.state.mode else {
      Issue.record("no editor is open")
      return
    }
    #expect(editor.knob == knob)
    #expect(editor.job == shown.job("train")?.id)
  }

  @Test("a knob that cannot be set says why before anything is typed")
  func fixed() throws {
    var shown = shown()
    let moment = try #require(shown.state.moment)
    let id = try #require(shown.job("train")).id
    var control = try #require(Controls.all(moment)[id])
    control.knobs[.cores] = .fixed(nil, reason: "It has no cgroup of its own: adopt it.")
    shown.press("a")
    shown.state.receive(.inspected([id: control]))
    shown.draw()
    #expect(shown.text.contains("never"))
    #expect(shown.text.contains("It has no cgroup of its own: adopt it."))
  }

  /// What can be set where cores and memory cannot: as of a job without a cgroup of its own.
  private func onlyNice(_ shown: Shown) throws -> JobControl {
    let id = try #require(shown.job("train")).id
    let moment = try #require(shown.state.moment)
    var control = try #require(Controls.all(moment)[id])
    for knob in control.knobs.keys { control.knobs[knob] = .fixed(nil, reason: "Adopt it.") }
    control.knobs[.nice] = .settable(.nice(0))
    return control
  }

  private func knob(_ shown: Shown) -> Knob? {
    if case .editing(let editor) = shown.state.mode { editor.knob } else { nil }
  }

  @Test("e opens at the first knob that can be set, also when that becomes known only then")
  func firstSettable() throws {
    var shown = shown()
    let control = try onlyNice(shown)
    shown.press("e")
    #expect(knob(shown) == .cores)
    shown.receive(.inspected([control.target.id: control]))
    #expect(knob(shown) == .nice)
    shown.press(.escape, "e")
    #expect(knob(shown) == .nice)
    shown.press(.escape, "a")
    #expect(knob(shown) == .cores)
  }

  @Test("a knob at which something was typed is kept, whatever becomes known")
  func touched() throws {
    var shown = shown()
    let control = try onlyNice(shown)
    shown.press("e", "3")
    shown.receive(.inspected([control.target.id: control]))
    #expect(knob(shown) == .cores)
  }

  @Test("+ and - step the value, and so do F8 and F7")
  func steps() {
    var shown = shown()
    shown.press("a", "+")
    let once = shown.drafted.first?.to
    shown.press(.function(8))
    #expect(shown.drafted.count == 1)
    #expect(shown.drafted.first?.to != once)
    shown.press(.function(7))
    #expect(shown.drafted.first?.to == once)
    shown.press("-")
    #expect(shown.drafted.isEmpty)
  }

  @Test("digits set an exact value; memory takes a unit, and GiB without one")
  func digits() {
    var shown = shown()
    shown.press("a")
    shown.type("3.5")
    #expect(shown.drafted.first?.to == .cores(.at(Cores(3.5))))
    shown.press(.enter, "m")
    shown.type("12")
    #expect(shown.drafted.last?.to == .memory(.at(.gibi(12))))
    shown.press(.backspace, .backspace)
    shown.type("6500MiB")
    #expect(shown.drafted.last?.to == .memory(.at(.mebi(6500))))
    shown.press(.enter)
    #expect(shown.state.mode == .browsing)
    #expect(shown.drafted.count == 2)
  }

  @Test("max is no limit")
  func unlimited() {
    var shown = shown()
    shown.press("a")
    shown.type("max")
    #expect(shown.drafted.first?.to == .cores(.unlimited))
  }

  @Test("what is no value is said, changes nothing and is not kept by Enter")
  func invalid() {
    var shown = shown()
    shown.press("a")
    shown.type("4x")
    #expect(shown.text.contains("expected a number of cores"))
    shown.press(.enter)
    #expect(shown.state.mode != .browsing)
    shown.press(.escape)
    #expect(shown.drafted.isEmpty)
    #expect(shown.state.draft == nil)
  }

  @Test("Esc leaves the field as it was before, Enter keeps it")
  func leave() {
    var shown = shown()
    shown.press("a", "+", .enter)
    let kept = shown.drafted
    #expect(kept.count == 1)
    shown.press("a", "+", "+", .escape)
    #expect(shown.drafted == kept)
    #expect(shown.state.mode == .browsing)
  }

  @Test("Tab goes to the job's next knob, an arrow to the next job, and both keep the value")
  func walk() {
    var shown = shown()
    shown.press("a", "+", .tab, "+", .down, "+")
    #expect(shown.drafted.map(\.knob) == [.cores, .memory, .memory])
    #expect(Set(shown.drafted.map(\.target.name.string)).count == 2)
  }

  @Test("the row has the drafted line, its limit behind an arrow, and free follows")
  func row() throws {
    var shown = shown()
    let free = try #require(shown.row(of: "  free "))
    let before = shown.lines[free]
    shown.press("a")
    shown.type("3")
    let row = try #require(shown.row(of: "▶ train"))
    #expect(shown.lines[row].contains("║"))
    #expect(shown.lines[row].contains("┃"))
    #expect(shown.lines[row].contains("→3"))
    #expect(shown.lines[free] != before)
  }

  @Test("the draft is told by words and by reversed titles, not by colour")
  func unmistakable() throws {
    var shown = shown(columns: 80, rows: 24)
    shown.press("a", "+", .enter)
    #expect(shown.lines[0].contains("DRAFT 1 change"))
    let title = try #require(shown.row(of: "DRAFT  1 change, nothing is applied"))
    #expect(shown.frame.canvas[4, title].style.attributes.contains(.reverse))
  }

  @Test("x takes the job out of the draft, and a draft without changes is closed")
  func takeOut() {
    var shown = shown()
    shown.press("a", "+", .enter, "m", "+", .enter)
    shown.choose("etl")
    shown.press("a", "+", .enter)
    #expect(shown.drafted.count == 3)
    shown.choose("train")
    shown.press("x")
    #expect(shown.drafted.map(\.target.name.string) == ["etl"])
    shown.choose("etl")
    shown.press("x")
    #expect(shown.state.draft == nil)
  }

  @Test("Esc asks before it drops changes; the first answer keeps them")
  func drop() {
    var shown = shown()
    shown.press("a", "+", .enter, .escape)
    #expect(shown.text.contains("drop the draft?"))
    shown.press(.enter)
    #expect(shown.drafted.count == 1)
    shown.press(.escape, .down, .enter)
    #expect(shown.state.draft == nil)
  }

  @Test("left alone for ten minutes the draft is dropped, and that is said")
  func expiry() {
    var shown = shown()
    shown.press("a", "+", .enter)
    var later = Boxes.roomy()
    later.time = later.time.advanced(bySeconds: 590)
    shown.receive(later)
    #expect(shown.drafted.count == 1)
    shown.press(.down)
    later.time = later.time.advanced(bySeconds: 590)
    shown.receive(later)
    #expect(shown.drafted.count == 1, "a key keeps it for another ten minutes")
    later.time = later.time.advanced(bySeconds: 20)
    shown.receive(later)
    #expect(shown.state.draft == nil)
    #expect(shown.text.contains("The draft was dropped: nobody touched it for 10 minutes."))
  }

  @Test("a job that ends leaves the draft, and that is said")
  func ended() {
    var shown = shown()
    shown.press("a", "+", .enter)
    shown.choose("etl")
    shown.press("a", "+", .enter)
    var without = Boxes.roomy()
    without.jobs.removeAll { $0.job.name.string == "etl" }
    shown.receive(without)
    #expect(shown.drafted.map(\.target.name.string) == ["train"])
    #expect(shown.text.contains("etl ended, and left the draft."))
  }

  @Test("q asks only with changes in the draft; ^C twice does not wait")
  func quit() {
    var shown = shown()
    shown.press("a", "+", .enter)
    #expect(shown.press("q") == [])
    #expect(shown.text.contains("The draft holds 1 change that"))
    #expect(shown.press(.escape, "q", .down, .enter) == [.quit])
    var other = self.shown()
    other.press("a", "+", .enter)
    #expect(other.press(.control("c")) == [])
    #expect(other.press(.control("c")) == [.quit])
  }

  @Test("editing lets a held display go on: a draft is about what is now")
  func held() {
    var shown = shown()
    shown.press("f", "a")
    #expect(shown.state.held == nil)
  }

  @Test("what can be set is learned while the draft is open: changes start from what it is")
  func rebase() {
    var shown = Shown(Boxes.roomy())
    shown.choose("train")
    shown.press("a")
    shown.type("5")
    let job = shown.job("train")
    var controls = Controls.all(Boxes.roomy())
    if let id = job?.id {
      controls[id]?.knobs[.cores] = .settable(.cores(.at(Cores(3))))
    }
    shown.receive(.inspected(controls))
    #expect(shown.drafted.first?.from == .cores(.at(Cores(3))))
    #expect(shown.drafted.first?.to == .cores(.at(Cores(5))))
  }

  @Test("from an opened job the keys lead to its row")
  func fromOpened() {
    var shown = shown()
    shown.press(.enter)
    let effects = shown.press("m")
    #expect(effects.contains(.open(nil)))
    #expect(shown.state.opened == nil)
    #expect(shown.selected == "train")
  }
}

/// Giving from one job to another.
struct GivingTests {
  private func shown() -> Shown {
    var shown = Shown.controlled()
    shown.choose("etl")
    return shown
  }

  private func sum(_ shown: Shown, _ knob: Knob) -> (from: Double, to: Double) {
    func amount(_ value: KnobValue?) -> Double {
      switch value {
      case .cores(.at(let cores)): cores.value
      case .memory(.at(let bytes)): Double(bytes.count)
      default: .nan
      }
    }
    let changes = shown.drafted.filter { $0.knob == knob }
    return (
      changes.reduce(0) { $0 + amount($1.from) }, changes.reduce(0) { $0 + amount($1.to) }
    )
  }

  @Test("> gives to another job, and the sum is kept whatever is stepped")
  func sum() {
    var shown = shown()
    shown.press(">")
    for keys in [["+"], ["+", "+"], ["-"], ["-", "-", "-", "-"], [.down], [.up, "+"]] as [[Key]] {
      for key in keys { shown.press(key) }
      #expect(shown.drafted.count == 2)
      let sum = sum(shown, .cores)
      #expect(abs(sum.from - sum.to) < 1e-9)
    }
  }

  @Test("more than the giver has is not given")
  func most() {
    var shown = shown()
    shown.press(">")
    for _ in 0..<40 { shown.press("+") }
    let giver = shown.drafted.first { $0.target.name.string == "etl" }
    guard case .cores(.at(let left))? = giver?.to else {
      Issue.record("nothing is given")
      return
    }
    #expect(left.value > 0)
  }

  @Test("arrows choose the taker, Enter keeps the gift, Esc takes it back")
  func choice() {
    var shown = shown()
    shown.press(">")
    let first = shown.selected
    shown.press(.down)
    #expect(shown.selected != first)
    #expect(shown.selected != "etl")
    let taker = shown.selected
    shown.press(.enter)
    #expect(Set(shown.drafted.map(\.target.name.string)) == ["etl", taker])
    #expect(shown.selected == "etl")
    shown.press(">", "+", .escape)
    #expect(shown.drafted.count == 2)
    #expect(shown.state.mode == .browsing)
  }

  @Test("Tab gives memory instead of cores")
  func memory() {
    var shown = shown()
    shown.press(">", .tab)
    #expect(shown.drafted.map(\.knob) == [.memory, .memory])
    let sum = sum(shown, .memory)
    #expect(sum.from == sum.to)
  }

  @Test("the title says who gives whom how much")
  func words() {
    var shown = shown()
    shown.press(">")
    #expect(shown.text.contains("DRAFT  etl gives train"))
  }

  @Test("a job without limits gives nothing, and is told how to get one")
  func nothing() {
    var shown = shown()
    shown.choose("notebook")
    #expect(shown.press(">") == [])
    #expect(shown.text.contains("notebook has no limit of cores or memory to give from"))
    #expect(shown.state.draft == nil)
  }
}
