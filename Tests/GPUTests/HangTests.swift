import Glibc
import Host
import Model
import Testing

@testable import GPU

/// A driver that hangs, on real threads.
@Suite struct HangTests {
  private static let quick = {
    var patience = DriverBoard.Patience()
    patience.silentAfter = 0.3
    patience.abandonAfter = 0.6
    patience.firstPause = 60
    return patience
  }()

  /// Asks until `condition` holds; the last sample after twenty seconds. Keeps the longest time that
  /// asking took.
  private func poll(
    _ monitor: GPUMonitor, until condition: (GPUSample) -> Bool
  ) -> (sample: GPUSample?, longest: Double) {
    var longest = 0.0
    var last: GPUSample?
    let end = Clock.now.advanced(bySeconds: 20)
    while Clock.now < end {
      let before = Clock.now
      last = monitor.latest()
      longest = max(longest, Clock.now.seconds(since: before))
      if let last, condition(last) { break }
      usleep(5000)
    }
    return (last, longest)
  }

  @Test func aCallThatHangsCostsItsDeviceAndNobodyWaits() throws {
    let standIn = try StandIn(.full, "devices 3\n")
    let monitor = standIn.monitor(patience: Self.quick)
    #expect(monitor.start())
    defer { withExtendedLifetime(standIn) { monitor.stop() } }
    let before = poll(monitor) { $0.devices.count == 3 }
    #expect(before.sample?.devices.map(\.condition) == [.answering, .answering, .answering])
    standIn.play("devices 3\nset 2 util 42\nhang nvmlDeviceGetPowerUsage 4000 gpu=1\n")
    // First all wait for it, then another thread asks the others.
    let during = poll(monitor) {
      $0.devices.count == 3 && $0.devices[1].condition != .answering
        && $0.devices[2].condition == .answering && $0.devices[2].busy == .value(Share(0.42))
    }
    let devices = try #require(during.sample?.devices)
    #expect(devices[0].condition == .answering)
    guard case .silent(let since) = devices[1].condition else {
      Issue.record("the device that hangs is \(devices[1].condition)")
      return
    }
    #expect(since == devices[1].time)
    // Whoever asks never waits for a driver: a copy under a lock, on a box that has other things to do.
    #expect(during.longest < 1, "latest() took \(during.longest) s")
  }

  @Test func aDriverThatHangsAtItsStartIsSaid() throws {
    let standIn = try StandIn(.full, "devices 1\nhang nvmlInit_v2 2500\n")
    var patience = Self.quick
    patience.mostStuck = 1
    let monitor = standIn.monitor(patience: patience)
    #expect(monitor.start())
    defer { withExtendedLifetime(standIn) { monitor.stop() } }
    let waiting = poll(monitor) { $0.problem != nil }
    #expect(waiting.sample?.problem?.string.hasPrefix("no answer from the driver") == true)
    let after = poll(monitor) { $0.devices.count == 1 }
    #expect(after.sample?.devices.map(\.condition) == [.answering])
    #expect(after.sample?.problem == nil)
  }

  @Test func aHangThatHoldsTheWholeDriverSilencesAll() throws {
    let standIn = try StandIn(.full, "devices 2\n")
    let monitor = standIn.monitor(patience: Self.quick)
    #expect(monitor.start())
    defer { withExtendedLifetime(standIn) { monitor.stop() } }
    _ = poll(monitor) { $0.devices.count == 2 }
    standIn.play("devices 2\nhang nvmlDeviceGetUtilizationRates 3000 gpu=0 times=1 locked\n")
    let silent = poll(monitor) { $0.devices.allSatisfy { $0.condition != .answering } }
    #expect(silent.sample?.devices.count == 2)
    // It comes back: the device that was not to blame is read again.
    let after = poll(monitor) { $0.devices.count == 2 && $0.devices[1].condition == .answering }
    #expect(after.sample?.devices.last?.condition == .answering)
  }

  @Test func withoutAnyDriverThereAreNoDevicesAndNoThreads() throws {
    let folder = Folder()
    var options = GPUMonitor.Options()
    options.library = folder.path + "/libnvidia-ml.so.1"
    options.prefix = folder.path
    let monitor = GPUMonitor(options)
    #expect(monitor.start())
    defer { monitor.stop() }
    let sample = poll(monitor) { _ in true }.sample
    #expect(sample?.devices == [])
    #expect(sample?.problem == nil)
  }
}
