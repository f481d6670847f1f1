import CLinux
import Glibc

/// A cgroup that a test made on this box, in every hierarchy that is asked for, taken away with it.
final class LiveGroup {
  let name: String
  private let directories: [String]
  private var made: [String] = []

  /// Makes `loadline/sampled-PID-NAME` in these hierarchies below /sys/fs/cgroup; nil where it may not.
  init?(_ name: String, in hierarchies: [String]) {
    // The tests of `loadline run` have names of their own in this process.
    self.name = "sampled-\(getpid())-\(name)"
    directories = hierarchies.map { "/sys/fs/cgroup/\($0)/loadline" }
    for directory in directories {
      if mkdir(directory, 0o755) == 0 {
        made.append(directory)
        // Where a job of another test is in it by then, that job's end removes it.
        setxattr(directory, "user.loadline.made", "1", 1, 0)
      }
      guard mkdir("\(directory)/\(self.name)", 0o755) == 0 else {
        remove()
        return nil
      }
    }
  }

  deinit { remove() }

  /// The group's directory in a hierarchy.
  func path(_ hierarchy: String) -> String { "/sys/fs/cgroup/\(hierarchy)/loadline/\(name)" }

  /// The files by which a process enters it.
  var entries: [String] { directories.map { "\($0)/\(name)/cgroup.procs" } }

  func write(_ hierarchy: String, _ file: String, _ text: String) -> Bool {
    let descriptor = open("\(path(hierarchy))/\(file)", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count
  }

  func read(_ hierarchy: String, _ file: String) -> String {
    Self.read("\(path(hierarchy))/\(file)")
  }

  static func read(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    var text: [UInt8] = []
    while case let count = Glibc.read(descriptor, &bytes, bytes.count), count > 0 {
      text += bytes.prefix(count)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The number behind a word at the beginning of a line.
  static func number(_ word: String, in text: String) -> UInt64? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count > 1, parts[0] == word { return UInt64(parts[1]) }
    }
    return nil
  }

  /// Removes it; processes that have just ended leave it a little later.
  func remove() {
    for directory in directories {
      for _ in 0..<200 where rmdir("\(directory)/\(name)") != 0 && errno == EBUSY { usleep(5000) }
    }
    for directory in made { rmdir(directory) }
  }

  /// Whether this box has v1 hierarchies of CPU accounting and memory that may be written, and a v2
  /// one beside them.
  static var isPossible: Bool {
    getuid() == 0
      && ["cpuacct", "cpu", "memory", "pids", "unified"].allSatisfy {
        access("/sys/fs/cgroup/\($0)/cgroup.procs", W_OK) == 0
      }
  }

  /// What a test that needs one says when it is skipped.
  static let need = "needs root and a box with cgroup v1 and v2 side by side"
}
