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
  @Test func equalNamesOfOneOwnerAreNumbered() {
    var names = JobNames()
    names.claim("train.py", "alice", .cgroup(inode: 1))
    names.claim("train.py", "alice", .cgroup(inode: 2))
    names.claim("train.py", "bob", .cgroup(inode: 3))
    #expect(
      dealt(&names) == [
        .cgroup(inode: 1): "train.py", .cgroup(inode: 2): "train.py#2",
        .cgroup(inode: 3): "train.py",
      ])
  }

  @Test func numbersFollowAgeInWhateverOrderJobsAreFound() {
    let jobs: [JobID] = [
      .cgroup(inode: 9), .tree(pid: 800, start: 5), .tree(pid: 30, start: 70),
      .tree(pid: 40, start: 70),
    ]
    let expected = ["python", "python#2", "python#3", "python#4"]
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
      var names = JobNames()
      for index in order { names.claim("python", "alice", jobs[index]) }
      #expect(dealt(&names) == Dictionary(uniqueKeysWithValues: zip(jobs, expected)))
    }
  }

  @Test func aNumberIsNoLongerTakenWhenItsJobHasEnded() {
    var names = JobNames()
    for inode in UInt64(1)...3 { names.claim("a", "alice", .cgroup(inode: inode)) }
    names.release(.cgroup(inode: 1))
    #expect(dealt(&names) == [.cgroup(inode: 2): "a", .cgroup(inode: 3): "a#2"])
  }

  @Test func aJobThatIsCalledLikeANumberedOneKeepsItsOwnName() {
    var names = JobNames()
    names.claim("a#2", "alice", .cgroup(inode: 1))
    names.claim("a", "alice", .cgroup(inode: 2))
    names.claim("a", "alice", .cgroup(inode: 3))
    #expect(
      dealt(&names) == [
        .cgroup(inode: 1): "a#2", .cgroup(inode: 2): "a", .cgroup(inode: 3): "a#3",
      ])
  }

  @Test func nothingIsDealtAnewUntilSomethingChanges() {
    var names = JobNames()
    names.claim("a", "alice", .cgroup(inode: 1))
    #expect(names.isStale)
    _ = names.deal()
    names.release(.cgroup(inode: 2))
    #expect(!names.isStale)
  }

  @Test func nothingVisibleIsCalledSomething() {
    var names = JobNames()
    names.claim("\u{200B}", "alice", .cgroup(inode: 1))
    #expect(dealt(&names) == [.cgroup(inode: 1): "?"])
  }

  @Test func aNameOfKilobytesIsCut() throws {
    var names = JobNames()
    names.claim(String(repeating: "x", count: 9000), "alice", .cgroup(inode: 1))
    let name = try #require(dealt(&names)[.cgroup(inode: 1)])
    #expect(name.count == 80)
    #expect(name.hasSuffix("…"))
  }

  private func dealt(_ names: inout JobNames) -> [JobID: String] {
    names.deal().mapValues(\.string)
  }
}

extension JobNames {
  fileprivate mutating func claim(_ name: String, _ owner: String, _ id: JobID) {
    _ = claim(SafeText(name), owner: SafeText(owner), for: id)
  }
}
