import CLinux
import Glibc
import Model

/// Reading and writing the places that steps name: the kernel's files, systemd's properties, the
/// threads of processes, GPUs; or what a test puts in front of them.
protocol PlaceAccess: Sendable {
  /// The value of a place, in the form in which it is written.
  ///
  /// - Parameter like: a text that is written there: of a file with a line for each disk, what it
  ///   says about that text's disk.
  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String

  /// As ``read(_:like:)``, for a look that is taken every few seconds and has others behind it: it gives
  /// up where the answer takes longer than a second.
  func glance(_ place: Place, like text: String) throws(ChangeFailure) -> String

  /// What is in force, where another file of the same directory says so; nil where it cannot be read.
  func effective(_ file: String, of place: Place) -> String?

  /// Which part of a place differs from what was written there, to end a sentence with; empty where
  /// the value says it all.
  func deviation(of place: Place, from text: String) -> String

  /// Writes a value. Blocks as long as the kernel likes; a signal ends it with `EINTR`.
  func write(_ text: String, to place: Place) throws(ChangeFailure)
}

extension PlaceAccess {
  func glance(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    try read(place, like: text)
  }

  func deviation(of place: Place, from text: String) -> String { "" }
}

/// Each kind of place by those who know it.
struct Places: PlaceAccess {
  var files: any PlaceAccess = FilePlaces()
  /// Properties of systemd's units; nil where systemd does not run.
  var properties: (any PlaceAccess)?
  var threads: (any PlaceAccess)?
  var devices: (any PlaceAccess)?

  private func access(_ place: Place) throws(ChangeFailure) -> any PlaceAccess {
    let access: (any PlaceAccess)? =
      switch place {
      case .file: files
      case .property: properties
      case .threads: threads
      case .device: devices
      }
    guard let access else { throw ChangeFailure(.failed, "There is no way to write \(place).") }
    return access
  }

  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    try access(place).read(place, like: text)
  }

  func glance(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    try access(place).glance(place, like: text)
  }

  func effective(_ file: String, of place: Place) -> String? {
    (try? access(place))?.effective(file, of: place)
  }

  func deviation(of place: Place, from text: String) -> String {
    (try? access(place))?.deviation(of: place, from: text) ?? ""
  }

  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    try access(place).write(text, to: place)
  }
}

/// The control files of cgroups, each in the directory that it was found in and in no other one that
/// has taken its name.
struct FilePlaces: PlaceAccess {
  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    let file = try opened(place, O_RDONLY)
    defer { close(file.descriptor) }
    let content = try content(of: file.descriptor, file.path)
    // A quota alone is what journals of before have.
    if file.name == LegacyQuota.file, LegacyQuota(text) != nil,
      let period = effective(LegacyQuota.periodFile, of: place)
    {
      return "\(ControlFile.trimmed(content)) \(ControlFile.trimmed(period))"
    }
    return ControlFile.part(of: content, file: file.name, like: text)
  }

  func effective(_ file: String, of place: Place) -> String? {
    guard case .file(let directory, let inode, _) = place,
      let other = try? opened(.file(directory: directory, inode: inode, name: file), O_RDONLY)
    else { return nil }
    defer { close(other.descriptor) }
    return try? content(of: other.descriptor, other.path)
  }

  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    if place.file == LegacyQuota.file, let both = LegacyQuota(text),
      let now = LegacyQuota(try read(place, like: text))
    {
      return try write(both.writes(from: now), beside: place)
    }
    try writeFile(text, to: place)
  }

  private func write(
    _ writes: [LegacyQuota.Write], beside place: Place
  ) throws(ChangeFailure) {
    func make(_ write: LegacyQuota.Write) throws(ChangeFailure) {
      try writeFile(write.text, to: place.beside(write.file) ?? place)
    }
    var rest = writes[...]
    do throws(ChangeFailure) {
      if let first = rest.first { try make(first) }
      rest = rest.dropFirst()
    } catch {
      // What grants less in between may grant less than a group below it has; without a quota of its
      // own it has for that moment what the group above has.
      guard error.errno == EINVAL, writes.count == 2 else { throw error }
      try make(LegacyQuota.Write(file: LegacyQuota.file, text: "-1"))
      rest = writes.sorted { $0.file < $1.file }[...]
    }
    for write in rest { try make(write) }
  }

  private func writeFile(_ text: String, to place: Place) throws(ChangeFailure) {
    let file = try opened(place, O_WRONLY)
    defer { close(file.descriptor) }
    // An empty write is none: the kernel clears a file on an empty line.
    let bytes = Array((text.isEmpty ? "\n" : text).utf8)
    let count = Glibc.write(file.descriptor, bytes, bytes.count)
    if count != bytes.count {
      let error = count < 0 ? SystemError.last : SystemError(code: EIO)
      throw KernelRefusal.failure(error, writing: text, to: file.path)
    }
  }

  private func content(
    of descriptor: Int32, _ path: String
  ) throws(ChangeFailure) -> String {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return String(decoding: content, as: UTF8.self) }
      let error = SystemError.last
      if count < 0, error.code == EINTR { continue }
      guard count > 0, content.count < 1 << 20 else {
        throw KernelRefusal.failure(error, reading: path)
      }
      content += buffer[..<count]
    }
  }

  private func opened(
    _ place: Place, _ mode: Int32
  ) throws(ChangeFailure) -> (descriptor: Int32, path: String, name: String) {
    guard case .file(let directory, let inode, let name) = place else {
      throw ChangeFailure(.failed, "\(place) is not a file.")
    }
    let holder = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard holder >= 0 else { throw KernelRefusal.failure(.last, reading: directory) }
    defer { close(holder) }
    var status = stat()
    guard fstat(holder, &status) == 0, UInt64(status.st_ino) == inode else {
      throw ChangeFailure(
        .never, "\(directory) was removed and made again: it is another job's by now.",
        errno: ESTALE)
    }
    let descriptor = openat(holder, name, mode | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw KernelRefusal.failure(.last, reading: "\(directory)/\(name)")
    }
    return (descriptor, "\(directory)/\(name)", name)
  }
}

extension ChangeFailure {
  /// Whether the place, or the job, is not there any more.
  var saysThatItIsGone: Bool {
    guard let errno else { return false }
    return [ENOENT, ENODEV, ESTALE, ESRCH].contains(errno)
  }
}

/// The kernel's error numbers as sentences with the way out.
enum KernelRefusal {
  static func failure(_ error: SystemError, reading path: String) -> ChangeFailure {
    if error.isGone {
      return ChangeFailure(.never, "\(path) is gone: the job has ended.", errno: error.code)
    }
    if error.code == EACCES || error.code == EPERM {
      return ChangeFailure(.never, "You may not open \(path).", errno: error.code)
    }
    return ChangeFailure(
      .failed, "\(path) cannot be opened: \(error.words).", errno: error.code)
  }

  static func failure(
    _ error: SystemError, writing text: String, to path: String
  ) -> ChangeFailure {
    let what = "The kernel refused \(text.debugDescription) for \(path)"
    let file = path.split(separator: "/").last ?? ""
    func notNow(_ why: String) -> ChangeFailure {
      ChangeFailure(.notNow, "\(what): \(why)", errno: error.code)
    }
    switch error.code {
    case ENODEV, ENOENT:
      return ChangeFailure(.never, "\(path) is gone: the job has ended.", errno: error.code)
    case EINTR: return notNow("it took too long.")
    case EBUSY where file.hasPrefix("memory."):
      return notNow("it could not reclaim enough of what the job uses.")
    case EBUSY where file.hasPrefix("cpuset."):
      return notNow("a group below it uses CPUs that would be lost; change that one first.")
    case EACCES where file.hasPrefix("cpuset."):
      return notNow("the group above has not all of these CPUs; widen that one first.")
    case ENOSPC where file.hasPrefix("cpuset."):
      return notNow("a group that holds processes needs at least one CPU.")
    case EINVAL where file.hasPrefix("cpu."):
      return notNow("the quota of a group above or below it, or its burst, stands against it.")
    case EOPNOTSUPP:
      return ChangeFailure(
        .never, "\(what): its cgroup is threaded, and only a domain has this limit.",
        errno: error.code)
    default:
      return ChangeFailure(.failed, "\(what): \(error.words).", errno: error.code)
    }
  }
}
