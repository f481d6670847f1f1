import Glibc
import Model
import Testing

@testable import GPU

/// What a reading costs us. Serialized: others' work on this thread's time would be counted.
@Suite(.serialized) struct CostTests {
  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test func eightDevicesWithFourProcessesEachCostLittle() throws {
    let processes = (0..<8).flatMap { gpu in
      (1...4).map { "process \(gpu) \($0) memory=1048576 sm=20\n" }
    }
    let rings = (0..<8).map { "ring \($0) 166667 0 100 100\n" }
    let standIn = try StandIn(.full, "devices 8\n" + processes.joined() + rings.joined())
    standIn.addProcesses(2, 3, 4)
    let driver = standIn.driver
    for _ in 0..<3 { _ = try standIn.readAll() }
    let rounds = 50
    var best = Double.infinity
    var count = 0
    for _ in 0..<rounds {
      let before = Self.threadSeconds
      for index in 0..<(try driver.open()) {
        count += try driver.read(index, GPURequest()).first?.processes.value?.count ?? 0
      }
      best = min(best, Self.threadSeconds - before)
    }
    #expect(count == rounds * 32)
    print("a reading of 8 devices with 4 processes each: \(Int(best * 1e6)) µs, stand-in included")
    #expect(best < 0.003)
  }
}
