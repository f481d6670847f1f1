import Glibc
import Model
import Synchronization
import Testing

@testable import GPU

/// A copy of the stand-in for NVIDIA's library, with a scenario of its own.
///
/// The dynamic loader knows a library by its file: a copy for each test, so that none shares state.
final class StandIn {
  enum Variant: String {
    case full = "VARIANT_FULL"
    case old = "VARIANT_OLD"
    case first = "VARIANT_FIRST"
    case none = "VARIANT_NONE"
  }

  let folder = Folder()
  var library: String { folder.path + "/libnvidia-ml.so.1" }
  private var changes = 0

  init(_ variant: Variant = .full, _ scenario: String = "") throws {
    try Self.compile(variant, to: library)
    // What a process is, for the tests' pids: only those that are written are here.
    folder.make("/proc/1")
    play(scenario)
  }

  /// Plays another scenario from the next call on.
  func play(_ scenario: String) {
    changes += 1
    // A comment of another length: times of files are coarse.
    folder.write(
      "/libnvidia-ml.so.1.scenario",
      scenario + "\n#" + String(repeating: ".", count: changes) + "\n")
  }

  /// Pids that are processes here.
  func addProcesses(_ pids: Int...) { for pid in pids { folder.make("/proc/\(pid)") } }

  /// What is tested: it reads this library, and lives no longer.
  private(set) lazy var driver = NVMLDriver(path: library, prefix: folder.path)

  /// One reading of all devices.
  func readAll(_ request: GPURequest = GPURequest()) throws -> [GPUReading] {
    try (0..<driver.open()).flatMap { try driver.read($0, request) }
  }

  /// The second of two readings: the first has nothing to compare with.
  func readTwice(_ request: GPURequest = GPURequest()) throws -> [GPUReading] {
    _ = try readAll(request)
    usleep(20_000)
    return try readAll(request)
  }

  /// A monitor of this library and of nothing else of the box.
  func monitor(interval: Double = 0.05, patience: DriverBoard.Patience) -> GPUMonitor {
    var options = GPUMonitor.Options()
    options.library = library
    options.prefix = folder.path
    options.interval = interval
    options.patience = patience
    return GPUMonitor(options)
  }

  /// The functions that were called, where the scenario keeps a log.
  var calls: [String] { folder.lines("/log") }
  var logLine: String { "log \(folder.path)/log\n" }
  func forgetCalls() { folder.remove("/log") }

  // MARK: Building it

  private static let compiled = Mutex<[String: [UInt8]]>([:])

  private static func compile(_ variant: Variant, to path: String) throws {
    let bytes = try compiled.withLock { compiled -> [UInt8] in
      if let bytes = compiled[variant.rawValue] { return bytes }
      let here = String(#filePath)
      let source = here.replacing("GPUTests/Support/StandIn.swift", with: "StandInNVML/standin.c")
      try run([
        "cc", "-std=gnu11", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-pthread",
        "-D\(variant.rawValue)", "-Wl,-soname,libnvidia-ml.so.1", "-o", path, source,
      ])
      var status = stat()
      stat(path, &status)
      let file = open(path, O_RDONLY | O_CLOEXEC)
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
      try #require(read(file, &bytes, bytes.count) == bytes.count)
      compiled[variant.rawValue] = bytes
      return bytes
    }
    unlink(path)
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o755)
    defer { close(file) }
    try #require(write(file, bytes, bytes.count) == bytes.count)
  }

  private static func run(_ arguments: [String]) throws {
    var pid: pid_t = 0
    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    try #require(posix_spawnp(&pid, arguments[0], nil, nil, &words, environ) == 0, "cc is needed")
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    try #require(status == 0, "the stand-in does not compile")
  }
}
