import Configuration
import Model
import Testing

@Suite struct JobTests {
  private func job(_ text: String) throws -> JobDeclaration {
    try #require(try settings(from: "[[job]]\nmatch.user = \"x\"\n" + text).jobs.first)
  }

  @Test func leavesWhatIsNotSaid() throws {
    #expect(try job("") == JobDeclaration(match: JobMatch(user: "x")))
  }

  @Test func readsEveryKey() throws {
    let job = try job(
      """
      name = "llama-ft"
      match.cgroup = "/user.slice/**"
      match.unit = "train@*.service"
      match.command = 'train\\.py'
      tags = { team = "nlp", "run.id" = "7" }
      class = "best-effort"
      weight = 10000
      protected = true
      budget.cores = 2.5
      budget.memory = "16GiB"
      budget.io_read = "500MB/s"
      budget.io_write = 1000
      budget.gpus = [0, "GPU-8f6d"]
      budget.money = "120.50"
      budget.time = "2d12h"
      floor.cores = 1
      floor.memory = 4096
      """)
    #expect(job.name == SafeText("llama-ft"))
    #expect(
      job.match
        == JobMatch(
          cgroup: "/user.slice/**", unit: "train@*.service", user: "x", command: #"train\.py"#))
    #expect(job.tags == ["team": SafeText("nlp"), "run.id": SafeText("7")])
    #expect(job.jobClass == .bestEffort)
    #expect(job.weight == 10_000)
    #expect(job.protected)
    #expect(
      job.budget
        == Budget(
          cores: Cores(2.5), memory: .gibi(16), read: ByteRate(500e6), write: ByteRate(1000),
          gpus: [SafeText("0"), SafeText("GPU-8f6d")], money: Money(micros: 120_500_000),
          seconds: 216_000))
    #expect(job.floor == Floor(cores: Cores(1), memory: Bytes(4096)))
  }

  @Test(arguments: [
    ("120", 120_000_000), ("120.5", 120_500_000), ("0.000001", 1), ("0.1", 100_000),
  ])
  func readsMoneyFromANumber(text: String, micros: Int64) throws {
    #expect(try job("budget.money = \(text)").budget.money == Money(micros: micros))
  }

  @Test func anIntegerIsValidWhereANumberIs() throws {
    let job = try job("budget = { cores = 4, time = 90 }")
    #expect(job.budget.cores == Cores(4))
    #expect(job.budget.seconds == 90)
  }

  @Test func theFloorMayEqualTheBudget() throws {
    let job = try job("budget = { cores = 4 }\nfloor = { cores = 4 }")
    #expect(job.floor.cores == Cores(4))
  }
}
