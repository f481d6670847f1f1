import Glibc
import Host
import Model
import Testing

@testable import Progress

/// The thread that follows what jobs say.
@Suite struct ProgressMonitorTests {
  @Test func tenThousandLinesASecondAreFollowed() async throws {
    let path = "/tmp/loadline-test-progress-\(getpid()).jsonl"
    defer { unlink(path) }
    let file = try #require(fopen(path, "w"))
    defer { fclose(file) }
    let job = JobID.tree(pid: 1, start: 1)
    let monitor = ProgressMonitor(interval: 0.1)
    monitor.follow([.init(job: job, source: .reports(path: path))])
    #expect(monitor.start())
    defer { monitor.stop() }
    try await Task.sleep(for: .milliseconds(200))
    for step in 1...10_000 {
      fputs("{\"step\": \(step), \"samples\": \(step * 8), \"loss\": 0.5}\n", file)
    }
    fflush(file)
    let began = Clock.now
    while monitor.latest()[job]?.step != 10_000, Clock.now.seconds(since: began) < 100 {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(monitor.latest()[job]?.step == 10_000)
  }

  @Test func whatIsNoLongerFollowedIsForgotten() async throws {
    let monitor = ProgressMonitor(interval: 0.02)
    let job = JobID.tree(pid: 1, start: 1)
    monitor.follow([.init(job: job, source: .reports(path: "/nonexistent"))])
    #expect(monitor.start())
    defer { monitor.stop() }
    let began = Clock.now
    while monitor.latest().isEmpty, Clock.now.seconds(since: began) < 100 {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(monitor.latest()[job] == ProgressReading())
    monitor.follow([])
    while !monitor.latest().isEmpty, Clock.now.seconds(since: began) < 100 {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(monitor.latest().isEmpty)
  }
}
