import GPU
import Glibc
import Model
import Sampler
import Testing

@testable import Monitor

/// The tick on its thread, on the box that the tests run on.
@Suite struct MonitorTests {
  private func wait(for monitor: Monitor, seconds: Int32 = 20) -> Moment? {
    for _ in 0..<(seconds * 10) {
      var request = pollfd(fd: monitor.descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&request, 1, 100) > 0, let moment = monitor.takeMoment() { return moment }
    }
    return nil
  }

  @Test func publishesMomentsUntilItIsStopped() throws {
    let monitor = Monitor(Sampler.Options(interval: 0.2))
    #expect(monitor.takeMoment() == nil)
    #expect(monitor.start())
    defer { monitor.stop() }
    let first = try #require(wait(for: monitor))
    #expect(first.interval == nil)
    #expect(first.box.cores > .zero)
    let second = try #require(wait(for: monitor))
    #expect(second.time > first.time)
    #expect(second.interval != nil)
    #expect(second.box.used != nil)
  }

  @Test func gpusComeWithTheMomentsAndSayThatTheyAreSimulated() throws {
    var options = GPUMonitor.Options()
    options.source = .simulated(.demo(jobs: []))
    let monitor = Monitor(Sampler.Options(interval: 0.2), gpus: GPUMonitor(options))
    #expect(monitor.start())
    defer { monitor.stop() }
    // The first moment comes before anything is asked of a driver.
    #expect(try #require(wait(for: monitor)).gpus.isEmpty)
    let moment = try #require(wait(for: monitor))
    #expect(moment.gpus.count == 3)
    #expect(moment.gpusAreSimulated)
    #expect(moment.gpuProblem == nil)
  }

  @Test func anOpenedJobIsAnsweredAtOnce() throws {
    let monitor = Monitor(Sampler.Options(interval: 60))
    #expect(monitor.start())
    defer { monitor.stop() }
    _ = try #require(wait(for: monitor))
    _ = try #require(wait(for: monitor))
    monitor.open(.cgroup(inode: 1))
    let answer = try #require(wait(for: monitor))
    #expect(answer.opened == nil)
  }
}
