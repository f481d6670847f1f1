import Dashboard
import Drawing
import Model
import Testing

struct OpenedJobTests {
  private func opened(processes: Int = 40) -> Shown {
    var shown = Shown(Boxes.opened(processes: processes), columns: 100, rows: 30)
    shown.press(.enter)
    return shown
  }

  @Test("Enter opens the selected job and asks for its processes; Esc ends both")
  func open() {
    var shown = Shown(Boxes.busy())
    let id = shown.state.jobs.selected
    #expect(shown.press(.enter) == [.open(id)])
    #expect(shown.text.contains("reading processes…"))
    #expect(shown.press(.escape) == [.open(nil)])
    #expect(shown.state.opened == nil)
  }

  @Test("a view's digit closes the opened job")
  func leave() {
    var shown = opened()
    #expect(shown.press("3") == [.open(nil)])
    #expect(shown.state.view == .memory)
  }

  @Test("its processes appear with the moment that has them")
  func arrive() {
    var shown = Shown(Boxes.busy())
    shown.press(.enter)
    shown.receive(Boxes.opened())
    #expect(shown.text.contains("40 processes"))
    #expect(shown.text.contains("python train.py --worker 24"))
  }

  @Test("a command that does not fit loses its program's directory first")
  func longCommand() {
    var moment = Boxes.opened(processes: 2)
    let directory = "/opt/" + String(repeating: "environment/", count: 12)
    moment.opened?.processes[0].reading.command = SafeText(directory + "bin/python train.py")
    moment.opened?.processes[1].reading.command = SafeText("/bin/cat /etc/fstab")
    var shown = Shown(moment, columns: 100, rows: 30)
    shown.press(.enter)
    #expect(shown.text.contains("  python train.py"))
    #expect(shown.text.contains("  /bin/cat /etc/fstab"))
  }

  @Test("the processes of another job are not shown as this one's")
  func other() {
    var shown = Shown(Boxes.opened())
    shown.press(.down, .enter)
    #expect(shown.text.contains("reading processes…"))
  }

  @Test("the selected process keeps the selection when the order changes")
  func selection() {
    var shown = opened()
    shown.press(.down, .down)
    let line = shown.lines.first { $0.hasPrefix("▶") }
    shown.press("M")
    let after = shown.lines.first { $0.hasPrefix("▶") }
    #expect(line?.dropFirst().prefix(12) == after?.dropFirst().prefix(12))
  }

  @Test("a click selects the process that was under it")
  func click() throws {
    var shown = opened()
    let y = try #require(shown.row(of: "7441"))
    shown.mouse(.press, x: 20, y: y)
    #expect(shown.lines[y].hasPrefix("▶"))
  }

  @Test("the list pages to its end")
  func paging() {
    var shown = opened()
    shown.press("G")
    #expect(shown.state.opened?.selectedRow == 39)
    #expect(shown.lines.contains { $0.hasPrefix("▶") })
    shown.press("g")
    #expect(shown.state.opened?.scroll.top == 0)
  }

  @Test("when the job ends it says so, and Esc still goes back")
  func ended() {
    var shown = opened()
    shown.receive(Boxes.idle())
    #expect(shown.text.contains("llama-ft"))
    #expect(shown.text.contains("This job has ended. Esc goes back to the list."))
    #expect(shown.press(.escape) == [.open(nil)])
  }

  @Test("a state is explained in a sentence with its numbers")
  func sentences() {
    #expect(
      opened().text.contains(
        "T throttled: its quota of 16 cores ran out in 38 % of periods; wants 22.4."))
    var shown = Shown(Boxes.busy(), columns: 160, rows: 40)
    shown.type("/reader")
    #expect(shown.text.contains("D IO stalled: all of its tasks waited for IO 61 % of the time."))
    shown.press(.escape)
    shown.type("/vit")
    #expect(
      shown.text.contains(
        "! near its memory limit: 118 GiB cannot be reclaimed, 92 % of the 128 GiB granted."))
    shown.press(.escape)
    shown.type("/etl")
    #expect(shown.text.contains("ran out in 98 % of periods; wants about 24.0."))
    #expect(
      shown.text.contains(
        "R reclaiming: some of its tasks stood still for memory 22 % of the time."))
    shown.press(.escape)
    shown.type("/notebook")
    #expect(shown.text.contains("z idle: next to no CPU used and no data moved for 10 seconds."))
  }
}
