import Dashboard
import Drawing
import Model
import Testing

struct FilterTests {
  private func names(_ text: String) -> Set<String> {
    let filter = JobFilter(text)
    return Set(Boxes.busyJobs().map(\.moment).filter { filter.accepts($0) }.map(\.job.name.string))
  }

  @Test("a term is a regular expression found anywhere in the name")
  func regex() {
    #expect(names("^(llama|vit)") == ["llama-ft", "vit-b"])
    #expect(names("-\\d$") == ["notebook-7"])
    #expect(names("モデル") == ["訓練-大規模-モデル"])
  }

  @Test("lower case finds both cases, upper case minds it")
  func smartCase() {
    var job = JobBuilder("Train-A", number: 1).moment
    #expect(JobFilter("train").accepts(job))
    #expect(JobFilter("Train").accepts(job))
    job.job.name = SafeText("train-a")
    #expect(!JobFilter("Train").accepts(job))
  }

  @Test("! turns a term round, and all terms must hold")
  func terms() {
    #expect(names("!e").isDisjoint(with: ["reader", "bench"]))
    #expect(names("user:bob !bench") == ["vit-b", "tiny"])
    #expect(names("!user:bob state:near") == ["etl-nightly", "hoarder"])
  }

  @Test("user:, tag: and state: take the beginning of a word")
  func fields() {
    #expect(names("user:car") == ["notebook-7", "reader"])
    #expect(names("tag:team") == ["llama-ft"])
    #expect(names("tag:team=nl") == ["llama-ft"])
    #expect(names("tag:team=cv") == [])
    #expect(names("state:throttled") == ["llama-ft", "etl-nightly", "tiny"])
    #expect(names("state:io") == ["reader"])
    #expect(names("state:near_memory") == names("state:near"))
  }

  @Test("a field without a word yet filters nothing")
  func incomplete() {
    #expect(names("user:").count == 14)
    #expect(names("  ").count == 14)
    #expect(JobFilter("user:").isEmpty)
  }

  @Test("what is no regular expression is plain text, and says so")
  func invalid() {
    var job = JobBuilder("a(b", number: 1).moment
    #expect(JobFilter("a(").accepts(job))
    #expect(JobFilter("a(").remark == "not a regular expression, taken as plain text")
    job.job.name = SafeText("ab")
    #expect(!JobFilter("a(").accepts(job))
  }

  @Test(
    "what could take minutes is plain text",
    arguments: ["(a+)+$", "(a|aa)*b", "((a*)b)*", "(.*){9}"])
  func explosive(text: String) {
    let job = JobBuilder(String(repeating: "a", count: 60), number: 1).moment
    #expect(!JobFilter(text).accepts(job))
    #expect(JobFilter(text).remark?.contains("plain text") == true)
  }

  @Test(
    "harmless groups stay expressions", arguments: ["(llama|vit)", "(ab)+", "(a+)?x", "\\(a+\\)+"])
  func harmless(text: String) {
    #expect(JobFilter(text).remark == nil)
  }

  @Test("/ filters while typing and counts the matches")
  func live() {
    var shown = Shown(Boxes.busy(), columns: 80, rows: 24)
    shown.type("/user:b")
    #expect(shown.order.count == 3)
    #expect(shown.lines[23].contains("/user:b▏  3 of 14 jobs"))
    shown.press(.backspace, .control("w"))
    #expect(shown.order.count == 14)
  }

  @Test("Enter keeps the filter and gives the keys back; Esc clears it, in the field and after")
  func keep() {
    var shown = Shown(Boxes.busy())
    shown.type("/user:bob")
    shown.press(.enter)
    #expect(shown.state.mode == .browsing)
    #expect(shown.order.count == 3)
    #expect(shown.lines[39].contains("/user:bob  3 of 14 jobs"))
    shown.press(.escape)
    #expect(shown.order.count == 14)
    shown.type("/x")
    shown.press(.escape)
    #expect(shown.state.jobs.filter.isEmpty)
  }

  @Test("arrows move in the filtered list while typing")
  func arrows() {
    var shown = Shown(Boxes.busy())
    shown.type("/user:bob")
    shown.press(.down)
    #expect(shown.selected == shown.order[1])
    #expect(shown.state.mode == .filtering)
  }

  @Test("a filter that matches nothing says how to clear it")
  func nothing() {
    var shown = Shown(Boxes.busy(), columns: 80, rows: 24)
    shown.type("/zzz")
    #expect(shown.text.contains("No job matches the filter. Esc clears it."))
    #expect(shown.row(of: "  free ") != nil)
    shown.press(.escape)
    #expect(shown.selected == "llama-ft")
  }

  @Test("the filter still holds for jobs that come later")
  func later() {
    var shown = Shown(Boxes.idle())
    shown.type("/user:bob")
    shown.press(.enter)
    shown.receive(Boxes.busy())
    #expect(shown.order.count == 3)
  }
}
