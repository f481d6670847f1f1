import Dashboard
import Drawing
import Model
import Testing

/// What keys, clicks and new moments do in the GPU view.
struct GPUKeyTests {
  private func shown(_ count: Int = 8, columns: Int = 120, rows: Int = 36) -> Shown {
    var shown = Shown(Boxes.gpus(count), columns: columns, rows: rows)
    shown.press("4")
    return shown
  }

  private func title(_ shown: Shown) -> String {
    shown.lines.first { $0.hasPrefix("── GPU") } ?? ""
  }

  @Test("4 opens it, and only while it is on the screen GPUs are asked for more")
  func opens() {
    var shown = Shown(Boxes.gpus(2))
    #expect(!shown.state.showsGPUs)
    shown.press("4")
    #expect(shown.state.view == .gpus)
    #expect(shown.state.showsGPUs)
    shown.press(.enter)
    #expect(!shown.state.showsGPUs)
    shown.press(.escape, "1")
    #expect(!shown.state.showsGPUs)
  }

  @Test("arrows select a device, and its instances one by one")
  func arrows() {
    var shown = shown()
    #expect(title(shown).contains("GPU 0 "))
    shown.press(.down, .down)
    #expect(title(shown).contains("GPU 2 "))
    shown.press("G", .up)
    #expect(title(shown).contains("GPU 6, instance 1 "))
  }

  @Test("the selection is a device: it stays when another goes")
  func follows() {
    var shown = shown()
    shown.press(.down, .down, .down)
    var moment = Boxes.gpus(8)
    moment.gpus.remove(at: 1)
    shown.receive(moment)
    #expect(title(shown).contains("GPU 3 "))
    moment.gpus.removeAll { $0.reading.identity.index == 3 }
    shown.receive(moment)
    #expect(title(shown).contains("GPU 4 "))
    moment.gpus = []
    shown.receive(moment)
    #expect(shown.text.contains("No GPU"))
  }

  @Test("Enter opens the job that holds most of it, and Esc goes back to the device")
  func enter() {
    var shown = shown()
    shown.press(.down)
    #expect(shown.press(.enter) == [.open(shown.job("notebook-7")?.id)])
    #expect(shown.text.contains("── notebook-7"))
    shown.press(.escape)
    #expect(title(shown).contains("GPU 1 "))
    shown.press(.down, .down, .down, .enter)
    #expect(shown.text.contains("── etl-nightly"))
  }

  @Test("Enter on a device without a job says why nothing opens")
  func nobody() {
    var shown = shown(16)
    for _ in 0..<5 { shown.press(.down) }
    #expect(shown.press(.enter) == [])
    #expect(shown.text.contains("held by a process in no job"))
    shown.press("G", .enter)
    #expect(shown.text.contains("no job holds it"))
  }

  @Test("a click selects, a double click opens")
  func mouse() throws {
    var shown = shown()
    let y = try #require(shown.row(of: "notebook-7"))
    shown.mouse(.press, x: 20, y: y)
    #expect(title(shown).contains("GPU 1 "))
    #expect(shown.mouse(.doubleClick, x: 20, y: y) == [.open(shown.job("notebook-7")?.id)])
  }

  @Test("the filter leaves the devices of jobs, and an instance with its device")
  func filter() {
    var shown = shown()
    shown.type("/bench")
    shown.press(.enter)
    #expect(shown.row(of: "└0  bench") != nil)
    #expect(shown.row(of: "6    split") != nil)
    #expect(shown.row(of: "notebook-7") == nil)
    shown.press(.escape)
    #expect(shown.row(of: "notebook-7") != nil)
    shown.type("/nothing-like-it")
    #expect(shown.text.contains("No GPU of a job that matches"))
  }

  @Test("s says that there is nothing to sort, y copies the identity")
  func others() {
    var shown = shown()
    shown.press("s")
    #expect(shown.text.contains("keep the order of their driver's tools"))
    #expect(shown.press("y") == [.copy("GPU-1000aaaa-bbbb")])
  }

  @Test("the list scrolls with the selection where it does not fit")
  func scrolls() {
    var shown = shown(16, columns: 80, rows: 24)
    #expect(shown.row(of: "gone 60001") == nil)
    shown.press("G", .up, .up)
    #expect(shown.row(of: "gone 60001") != nil)
    #expect(shown.row(of: "9-18 of 18") != nil)
  }

  @Test("U sorts jobs by how many GPUs they have, where there are any")
  func sorts() {
    var shown = Shown(Boxes.gpus(8))
    shown.press("U")
    #expect(shown.order.prefix(2) == ["llama-ft", "vit-b"])
    #expect(shown.state.jobs.sort.key == .gpu)
    var without = Shown(Boxes.busy())
    without.press("U")
    #expect(without.state.jobs.sort.key == .cores)
    #expect(without.text.contains("no GPU to sort by"))
    without.press("s")
    #expect(without.row(of: " GPU ") == nil)
  }

  @Test(
    "gpu: filters jobs by what they have",
    arguments: [
      ("gpu:idle", ["notebook-7"]), ("gpu:shared", ["etl-nightly", "vit-b"]),
    ])
  func filtersJobs(text: String, names: [String]) {
    var shown = Shown(Boxes.gpus(8))
    shown.type("/" + text)
    #expect(shown.order.sorted() == names)
    shown.press(.control("u"))
    shown.type("gpu:none !gpu:any")
    #expect(shown.order.count == 8)
  }
}
