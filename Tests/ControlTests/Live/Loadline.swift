import CLinux
@testable import Control
import Glibc
import Model

/// The built program, and what it takes to run it for real: cgroup hierarchies to write in.
///
/// Everything made has a name of its own and is gone when the test is over.
enum Loadline {
  /// `LOADLINE_PROGRAM`, else beside the test program, where the package manager builds it.
  static let program: String = {
    if let given = getenv("LOADLINE_PROGRAM") { return String(cString: given) }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(
      decoding: buffer.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/loadline"
  }()

  static let layout = CgroupLayout(mountinfo: text("/proc/self/mountinfo") ?? "")

  /// Where a controller's hierarchy is mounted: the v1 one it is bound to, else the v2 one.
  static func mount(_ controller: String) -> String {
    (layout.hierarchy(of: controller) ?? layout.unified)?.mountPoint ?? "/nonexistent"
  }

  private static let controllers = ["cpu", "cpuset", "memory"]

  /// Whether jobs get groups in v1 hierarchies here.
  static let isOnV1: Bool =
    mayRun
    && (controllers + ["cpuacct", "blkio"]).allSatisfy {
      layout.hierarchy(of: $0) != nil && access(mount($0), W_OK) == 0
    }

  /// Whether jobs get groups in the v2 hierarchy here, with every controller.
  static let isOnV2: Bool = {
    guard mayRun, layout.version == .v2, access(mount("cpu"), W_OK) == 0 else { return false }
    let present = (text("\(mount("cpu"))/cgroup.controllers") ?? "").split {
      $0 == " " || $0 == "\n"
    }
    return Set(controllers + ["io"]).isSubset(of: Set(present.map(String.init)))
  }()

  private static let mayRun = geteuid() == 0 && access(program, X_OK) == 0

  /// Whether the live tests can run; says once why not.
  static let isPossible: Bool = {
    if isOnV1 || isOnV2 { return true }
    print("skipped: live launch tests: need root, \(program), and cgroups that may be written")
    return false
  }()

  /// A name no other test or person uses.
  static func name(_ word: String) -> String { "test-\(getpid())-\(word)" }

  /// Whether no hierarchy has a group of that name any more.
  static func isGone(_ name: String) -> Bool { directories(name).isEmpty }

  static func directories(_ name: String) -> [String] {
    (layout.legacy + [layout.unified].compactMap(\.self)).map {
      "\($0.mountPoint)/loadline/\(name)"
    }.filter { access($0, F_OK) == 0 }
  }

  static func file(_ controller: String, _ name: String, _ file: String) -> String? {
    text("\(mount(controller))/loadline/\(name)/\(file)").map { String($0.prefix { $0 != "\n" }) }
  }

  static func text(_ path: String) -> String? {
    guard let stream = fopen(path, "re") else { return nil }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(stream), byte != EOF {
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether a child of this process has ended; it may not have been waited for.
  static func hasEnded(_ pid: pid_t) -> Bool { text("/proc/\(pid)/stat")?.contains(") Z ") ?? true }

  /// The pid of the reaper of a job; nil where none is alive.
  static func reaper(of name: String) -> pid_t? {
    guard let stream = opendir("/proc") else { return nil }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let number = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let pid = pid_t(number), text("/proc/\(pid)/cmdline") == "loadline: reaper of \(name)\0" {
        return pid
      }
    }
    return nil
  }

  /// The pid of the reaper of a job, once it has given itself that name.
  static func awaitReaper(of name: String) -> pid_t? {
    eventually { reaper(of: name) != nil } ? reaper(of: name) : nil
  }

  /// Asks until it is so, for at most ten seconds.
  static func eventually(_ holds: () -> Bool) -> Bool {
    let start = Now.monotonic
    while Now.monotonic - start < 10 {
      if holds() { return true }
      usleep(5000)
    }
    return holds()
  }
}
