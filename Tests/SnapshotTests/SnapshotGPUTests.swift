import Model
import Testing

@testable import Snapshot

@Suite struct SnapshotGPUTests {
  private func device(_ change: (inout GPUMoment) -> Void) throws -> JSON {
    var moment = Full.moment
    change(&moment.gpus[0])
    return try #require(JSON(SnapshotJSON.line(moment))?["gpus"]?[0])
  }

  @Test func whatCouldNotBeReadIsNullAndWhatIsNotOfferedIsLeftOut() throws {
    let device = try device {
      $0.reading.power = .unknown
      $0.reading.energy = .unsupported
      $0.reading.activity = .unknown
      $0.reading.throttles = .unsupported
      $0.reading.remappedRows = .unsupported
      $0.holders[0].share = .unsupported
    }
    #expect(device["power_w"] == .null)
    #expect(device["energy_j"] == nil)
    #expect(device["activity"] == .null)
    #expect(device["throttled_by"] == nil)
    #expect(device["remapped_rows"] == nil)
    #expect(device["holders"]?[0]?["share"] == nil)
  }

  @Test func unitsAreThoseOfTheirKeys() throws {
    let device = try device { _ in }
    #expect(device["energy_j"] == .number(1.5))
    #expect(device["power_w"] == .number(643.25))
    #expect(device["throttled_s"]?["power"] == .number(2.5))
    #expect(device["throttled_s"]?["thermal"] == .null)
    #expect(device["throttled_by"] == .array([.text("power"), .text("brake")]))
    #expect(device["memory_bytes"] == .number(85_899_345_920))
  }

  @Test func idlenessIsNotKnownBeforeItIsCounted() throws {
    let device = try device { $0.idle = GPUIdleness() }
    #expect(device["idle"]?["now"] == .null)
    #expect(device["idle"]?["for_s"] == .null)
  }

  @Test func aHolderIsNamedAsInTheJobs() throws {
    let device = try device { _ in }
    #expect(device["holders"]?[0]?["job"] == .text("cgroup-4711"))
    #expect(device["holders"]?[0]?["name"] == .text("train"))
    #expect(device["holders"]?[0]?["reason"] == .text("context"))
  }

  @Test func aScriptSaysSoInEveryLine() throws {
    var moment = Full.moment
    moment.gpusAreSimulated = true
    let json = try #require(JSON(SnapshotJSON.line(moment)))
    #expect(json["gpus_simulated"] == .bool(true))
  }
}
