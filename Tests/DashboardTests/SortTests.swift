import Dashboard
import Drawing
import Model
import Testing

struct SortTests {
  private func names(after keys: Key...) -> [String] {
    var shown = Shown(Boxes.busy())
    for key in keys { shown.press(key) }
    return shown.order
  }

  @Test("jobs are sorted by cores from the start")
  func byCores() {
    #expect(
      names().prefix(3) == [
        "llama-ft", "slurm-8123", "pretrain-multilingual-encoder-v2-final-really",
      ])
  }

  @Test("M sorts by memory, N by name, L by user and name, T by urgency")
  func keys() {
    #expect(names(after: "M").prefix(2) == ["vit-b", "hoarder"])
    #expect(names(after: "N").prefix(2) == ["bench", "etl-nightly"])
    #expect(
      names(after: "L").prefix(2) == ["pretrain-multilingual-encoder-v2-final-really", "llama-ft"])
    #expect(names(after: "T").prefix(3) == ["etl-nightly", "llama-ft", "tiny"])
    #expect(names(after: "O").first == "reader")
  }

  @Test("I turns the order round, and so does a second click on the title")
  func invert() {
    #expect(names(after: "I").first == "no-numbers")
    #expect(names(after: "N", "I").first == "訓練-大規模-モデル")
  }

  @Test("an unknown value is below everything")
  func unknown() {
    #expect(names().last == "no-numbers")
  }

  @Test("← and → walk through the columns")
  func walk() {
    var shown = Shown(Boxes.busy())
    shown.press(.right)
    #expect(shown.state.jobs.sort.key == .memory)
    shown.press(.left, .left)
    #expect(shown.state.jobs.sort.key == .state)
  }

  @Test("the picker takes a row with Enter, or the key beside it; Esc leaves the order")
  func picker() {
    var shown = Shown(Boxes.busy())
    shown.press("s", .down, .enter)
    #expect(shown.state.jobs.sort.key == .memory)
    #expect(shown.state.mode == .browsing)
    shown.press("s", "N")
    #expect(shown.state.jobs.sort.key == .name)
    shown.press(.function(6), .down, .escape)
    #expect(shown.state.jobs.sort.key == .name)
    #expect(shown.state.mode == .browsing)
  }

  @Test("a trembling value does not make rows jump")
  func steady() {
    func job(_ name: String, _ number: UInt64, _ values: [Float]) -> JobMoment {
      var job = JobBuilder(name, number: number).cores(0, of: 8).moment
      job.history.cores = values
      job.cpu.used = values.last.map { Cores(Double($0)) }
      return job
    }
    let steady = (0..<10).map { _ in Float(4) }
    var shown = Shown(
      Boxes.moment(jobs: [job("a", 1, steady), job("b", 2, steady.dropLast() + [4.3])]))
    #expect(shown.order == ["a", "b"])
    shown.receive(
      Boxes.moment(jobs: [job("a", 1, steady.dropLast() + [3.8]), job("b", 2, steady)]))
    #expect(shown.order == ["a", "b"])
    shown.receive(
      Boxes.moment(jobs: [job("a", 1, steady), job("b", 2, steady.map { $0 + 1 })]))
    #expect(shown.order == ["b", "a"])
  }

  @Test("processes are sorted by the same keys, ties by pid")
  func processes() {
    var shown = Shown(Boxes.opened(processes: 6))
    shown.press(.enter, "M")
    func pids() -> [Int32] {
      let opened = shown.state.moment?.opened
      return shown.state.opened?.rows?.compactMap { opened?.processes[$0].reading.pid } ?? []
    }
    #expect(pids() == [4555, 4444, 4333, 4222, 4111, 4000])
    shown.press("P")
    #expect(pids() == [4000, 4111, 4222, 4333, 4444, 4555])
    shown.press("T")
    #expect(pids() == [4000, 4444, 4111, 4222, 4333, 4555])
    shown.press("C")
    #expect(pids().last == 4333, "unknown is below everything")
  }
}
