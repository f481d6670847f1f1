import GPU
import Glibc
import Model
import TerminalHarness
import Testing

@testable import Control

/// A box with a stand-in for NVIDIA's library, and files in the shape of AMD's driver where asked for.
struct StandInBox {
  let tree = TemporaryTree()
  let library: String

  /// The device of this number.
  static func target(_ number: Int) -> Target {
    let id = GPUID(SafeText("GPU-000000a\(number)-0000-0000-0000-000000000000"))
    return Target(GPUIdentity(id: id, index: number, vendor: .nvidia, name: SafeText("H100")))
  }

  init(_ scenario: String = "devices 2\n") throws {
    chmod(tree.path, 0o700)
    library = tree.path + "/libnvidia-ml.so.1"
    let source = "\(#filePath.split(separator: "/Tests/")[0])/Tests/StandInNVML/standin.c"
    // A copy for each test, so that none shares state.
    let built = try #require(
      Command.run([
        "cc", "-std=gnu11", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-pthread",
        "-Wl,-soname,libnvidia-ml.so.1", "-o", library, source,
      ]))
    try #require(built.status == 0, "\(built.output)")
    tree.write("4711\n", to: "proc/sys/kernel/random/boot_id")
    play(scenario)
  }

  /// Plays another scenario from the next call on.
  func play(_ scenario: String) {
    // Times of files are coarse: another length shows as well.
    let before = (Files.text("\(library).scenario") ?? "").utf8.count
    let padding = String(repeating: ".", count: before + 1)
    tree.write("\(scenario)\n#\(padding)\n", to: "libnvidia-ml.so.1.scenario")
  }

  var powerLimit: GPUPowerLimit { GPUPowerLimit(library: library, prefix: tree.path) }

  func system(uid: UInt32 = 0) -> ControlSystem {
    let launch = LaunchSystem(
      proc: tree.path + "/proc", sys: tree.path + "/sys", linger: "/nonexistent",
      userRuntime: "/nonexistent", records: [], lock: "/nonexistent", uid: uid, path: nil,
      runtimeDirectory: nil)
    var system = ControlSystem(
      launch: launch, journalDirectory: tree.path + "/journal", powerLimit: powerLimit)
    system.patience = Patience(write: 0.3, reclaim: 0.3, settle: 0.01)
    return system
  }

  func set(_ watts: Double, of target: Target = Self.target(0)) -> TransactionReport {
    Control(system()).apply(
      Plan(changes: [Change(target: target, from: nil, to: .power(Watts(watts)))]))
  }

  /// What the driver says.
  func limit(of number: Int = 0) throws -> Double {
    guard case .gpu(let id) = Self.target(number).id else { return 0 }
    return try powerLimit.values(of: id).now.value
  }
}

extension TransactionReport {
  /// Why its only change failed.
  var failure: ChangeFailure? {
    if case .failed(let failure)? = changes.first?.state { failure } else { nil }
  }
}
