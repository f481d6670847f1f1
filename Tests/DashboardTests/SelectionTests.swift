import Dashboard
import Drawing
import Model
import Testing

/// The selection is a job, never a row.
struct SelectionTests {
  /// Two jobs that change places in the order, and others.
  private func moment(a: Double, b: Double, others: Int = 0) -> Moment {
    var jobs = [
      JobBuilder("a", number: 1).cores(a, of: 8).moment,
      JobBuilder("b", number: 2).cores(b, of: 8).moment,
    ]
    for number in 0..<others {
      jobs.append(JobBuilder("x\(number)", number: UInt64(10 + number)).cores(4, of: 8).moment)
    }
    return Boxes.moment(jobs: jobs)
  }

  @Test("a job keeps the selection when the order changes")
  func identity() {
    var shown = Shown(moment(a: 6, b: 1))
    shown.press(.down)
    #expect(shown.selected == "b")
    shown.receive(moment(a: 1, b: 6))
    #expect(shown.order == ["b", "a"])
    #expect(shown.selected == "b")
  }

  @Test("until somebody has chosen, the first row is selected, whichever job it is")
  func unchosen() {
    var shown = Shown(moment(a: 6, b: 1))
    #expect(shown.selected == "a")
    shown.receive(moment(a: 1, b: 6))
    #expect(shown.selected == "b")
  }

  @Test("when the selected job ends, the one that takes its place is selected")
  func ended() {
    var shown = Shown(moment(a: 6, b: 1, others: 3))
    shown.press(.down)
    let next = shown.order[2]
    var without = moment(a: 6, b: 1, others: 3)
    without.jobs.removeAll { $0.job.name.string == shown.selected }
    shown.receive(without)
    #expect(shown.selected == next)
  }

  @Test("when the last job ends and another begins, it is selected")
  func emptied() {
    var shown = Shown(moment(a: 6, b: 1))
    shown.press(.down)
    shown.receive(Boxes.idle())
    #expect(shown.state.jobs.selectedRow == nil)
    shown.receive(moment(a: 6, b: 1))
    #expect(shown.state.jobs.selectedRow != nil)
  }

  @Test("another job under the same name is another job")
  func sameName() {
    var shown = Shown(moment(a: 6, b: 1))
    shown.press(.down, .up)
    var other = moment(a: 6, b: 1)
    other.jobs[0] = JobBuilder("a", number: 99).cores(0.1, of: 8).moment
    shown.receive(other)
    #expect(shown.selected == "b")
  }

  @Test("F keeps a job that sinks on the screen; without it the list stands still")
  func follow() {
    func falling(_ cores: Double) -> Moment { moment(a: cores, b: 5, others: 60) }
    var standing = Shown(falling(7), columns: 80, rows: 24)
    standing.press(.down, .up)
    var following = standing
    following.press("F")
    standing.receive(falling(0.1))
    following.receive(falling(0.1))
    #expect(standing.state.jobs.scroll.top == 0)
    #expect(standing.selected == "a")
    #expect(following.state.jobs.scroll.top == 62 - 9)
    #expect(following.lines.contains { $0.hasPrefix("▶ a ") })
  }

  @Test("following ends with the job")
  func followEnds() {
    var shown = Shown(moment(a: 6, b: 1))
    shown.press(.down, "F")
    var without = moment(a: 6, b: 1)
    without.jobs.removeLast()
    shown.receive(without)
    #expect(!shown.state.jobs.isFollowing)
  }
}
