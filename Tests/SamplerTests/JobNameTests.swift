import Model
import Testing

@testable import Sampler

@Suite struct GlobTests {
  @Test(arguments: [
    ("/a/b", "/a/b"), ("/a/b", "/a/*"), ("/a/b/c", "/a/**"), ("/a/b/c", "**/c"), ("/a", "/?"),
    ("/slurm/uid_0/job_7", "/slurm*/*/job_*"), ("train@a.service", "train@*.service"), ("", "*"),
    ("/a/b", "/**/b"), ("aaa", "a*a"),
  ])
  func matches(text: String, pattern: String) {
    #expect(Glob.matches(text, pattern))
  }

  @Test(arguments: [
    ("/a/b", "/a"), ("/a/b/c", "/a/*"), ("/a/b", "/a?b"), ("/a", ""), ("", "?"), ("abc", "a*d"),
  ])
  func doesNotMatch(text: String, pattern: String) {
    #expect(!Glob.matches(text, pattern))
  }

  @Test func aPatternOfManyStarsEndsInTime() {
    let text = String(repeating: "a", count: 400)
    #expect(!Glob.matches(text, String(repeating: "*a", count: 40) + "b"))
  }
}

@Suite struct JobNamesTests {
  @Test func aTakenNameGetsANumberThatStays() {
    var names = JobNames()
    let first = claim(&names, "train.py", "alice", 1)
    let second = claim(&names, "train.py", "alice", 2)
    let third = claim(&names, "train.py", "bob", 3)
    let again = claim(&names, "train.py", "alice", 2)
    #expect([first, second, third, again] == ["train.py", "train.py#2", "train.py", "train.py#2"])
  }

  @Test func aReleasedNameIsFreeAgain() {
    var names = JobNames()
    _ = claim(&names, "a", "alice", 1)
    names.release(job("a", 1))
    #expect(claim(&names, "a", "alice", 2) == "a")
  }

  @Test func anotherJobsNameIsNotReleased() {
    var names = JobNames()
    _ = claim(&names, "a", "alice", 1)
    names.release(job("a", 2))
    #expect(claim(&names, "a", "alice", 3) == "a#2")
  }

  @Test func nothingVisibleIsCalledSomething() {
    var names = JobNames()
    #expect(claim(&names, "\u{200B}", "alice", 1) == "?")
  }

  @Test func aNameOfKilobytesIsCut() {
    var names = JobNames()
    let name = claim(&names, String(repeating: "x", count: 9000), "alice", 1)
    #expect(name.count == 80)
    #expect(name.hasSuffix("…"))
  }

  private func job(_ name: String, _ id: UInt64) -> Job {
    Job(
      id: .cgroup(inode: id), name: SafeText(name), owner: SafeText("alice"), source: .cgroup)
  }

  private func claim(_ names: inout JobNames, _ name: String, _ owner: String, _ id: UInt64)
    -> String
  {
    names.claim(SafeText(name), owner: SafeText(owner), for: .cgroup(inode: id)).string
  }
}
