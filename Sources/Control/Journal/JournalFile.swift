import CLinux
import Glibc
import Model

/// The file of the journal: lines are added to it, and where it has grown too long it is replaced by
/// one with what still counts.
///
/// Whoever adds holds a lock (flock(2)) on the file; who reads needs none: a file that was opened
/// stays as it was when another takes its name.
struct JournalFile: Sendable {
  let directory: String
  /// The kernel's number of this boot: what was done in another one cannot be undone.
  let boot: String
  /// Bytes from which on the file is replaced.
  var most = 8 << 20
  /// Makes what was written last; fsync(2), or what a test counts it with.
  let sync: @Sendable (Int32) -> Int32

  private static let name = "journal.jsonl"

  init(
    directory: String, boot: String = "",
    sync: @escaping @Sendable (Int32) -> Int32 = { fsync($0) }
  ) {
    self.directory = directory
    self.boot = boot
    self.sync = sync
  }

  /// The directory of a user's journal; nil for a user without a home.
  static func directory(uid: UInt32, stateHome: String?, home: String?) -> String? {
    if uid == 0 { return "/var/lib/loadline" }
    if let stateHome, stateHome.hasPrefix("/") { return stateHome + "/loadline" }
    guard let home, home.hasPrefix("/") else { return nil }
    return home + "/.local/state/loadline"
  }

  var path: String { "\(directory)/\(Self.name)" }

  /// What changes with every line that is added.
  struct Stamp: Sendable, Hashable {
    var inode: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
  }

  var stamp: Stamp? {
    Files.status(path).map { status in
      Stamp(
        inode: UInt64(status.st_ino), size: Int64(status.st_size),
        seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
  }

  /// Adds lines in one write and waits until they are on the disk.
  func append(_ lines: [JournalLine]) throws(ChangeFailure) {
    makeDirectory()
    let holder = try openedDirectory()
    defer { close(holder) }
    let descriptor = try lockedFile(in: holder)
    defer {
      // Also where a process that was just forked still has it.
      flock(descriptor, LOCK_UN)
      close(descriptor)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(.last) }
    let isEnd = lines.contains { if case .outcome = $0 { true } else { false } }
    guard isEnd || status.st_size < Self.longest else {
      throw refused("\(path) is longer than can be read, and could not be shortened")
    }
    var bytes: [UInt8] = []
    var last: UInt8 = 0
    if status.st_size > 0, pread(descriptor, &last, 1, status.st_size - 1) == 1,
      last != UInt8(ascii: "\n")
    {
      // A process died in the middle of a line: what follows is a line of its own.
      bytes.append(UInt8(ascii: "\n"))
    }
    for line in lines {
      bytes += line.text.utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    try write(bytes, to: descriptor)
    guard sync(descriptor) == 0 else { throw failure(.last) }
    // Once the change is made, so that it waits for nothing. As long as all of the file can be read a
    // failure loses nothing: it is tried again at the next end.
    if isEnd, status.st_size >= most { try? shorten(descriptor, in: holder) }
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) throws(ChangeFailure) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      let error = SystemError.last
      if count < 0, error.code == EINTR { continue }
      guard count > 0 else { throw failure(error) }
      written += count
    }
  }

  // MARK: Keeping it short

  private static let shorter = name + ".new"

  /// Replaces the file by one with the lines that still count, whole and on the disk before it takes
  /// the name.
  private func shorten(_ descriptor: Int32, in holder: Int32) throws(ChangeFailure) {
    let kept = JournalKept(lines: try content(of: descriptor), boot: boot, most: most / 2)
    // What a process that was killed has left: the lock says that nobody is writing it.
    unlinkat(holder, Self.shorter, 0)
    let new = openat(
      holder, Self.shorter, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard new >= 0 else { throw failure(.last) }
    defer { close(new) }
    do throws(ChangeFailure) {
      try write(kept.bytes, to: new)
      guard sync(new) == 0, renameat(holder, Self.shorter, holder, Self.name) == 0 else {
        throw failure(.last)
      }
    } catch {
      unlinkat(holder, Self.shorter, 0)
      throw error
    }
    // That it has the name must survive too; without it the old one has it after a crash, which is
    // as good.
    fsync(holder)
  }

  /// The file, opened and locked; another may have taken the name while the lock was waited for.
  private func lockedFile(in holder: Int32) throws(ChangeFailure) -> Int32 {
    while true {
      let descriptor = try openedFile(in: holder, O_RDWR | O_APPEND | O_CREAT)
      while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return descriptor }
      close(descriptor)
    }
  }

  /// Every line that can be read, the oldest first; empty where there is no journal yet.
  ///
  /// - Throws: where the directory or the file cannot be trusted.
  func lines() throws(ChangeFailure) -> [JournalLine] {
    guard Files.status(directory) != nil else { return [] }
    let holder = try openedDirectory()
    defer { close(holder) }
    guard faccessat(holder, Self.name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 else { return [] }
    let descriptor = try openedFile(in: holder, O_RDONLY)
    defer { close(descriptor) }
    return Self.lines(of: try content(of: descriptor))
  }

  /// Lines that are cut or of another version are passed over.
  static func lines(of bytes: [UInt8]) -> [JournalLine] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { JournalLine(parsing: $0) }
  }

  private func content(of descriptor: Int32) throws(ChangeFailure) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(.last) }
    // The newest part of one that could not be shortened.
    let start = max(0, Int(status.st_size) - Self.longest)
    var content = [UInt8](repeating: 0, count: Int(status.st_size) - start)
    var count = 0
    while count < content.count {
      let got = content.withUnsafeMutableBytes { buffer in
        pread(
          descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count,
          off_t(start + count))
      }
      let error = SystemError.last
      if got < 0, error.code == EINTR { continue }
      if got < 0 { throw failure(error) }
      if got == 0 { break }
      count += got
    }
    content.removeLast(content.count - count)
    return content
  }

  private static let longest = 64 << 20

  // MARK: Whom it belongs to

  /// Makes the directory, and for a user the state directory that it is in.
  private func makeDirectory() {
    let parts = directory.split(separator: "/")
    var path = ""
    for (index, part) in parts.enumerated() {
      path += "/\(part)"
      // What is above root's is everybody's.
      mkdir(path, index < parts.count - 1 && geteuid() == 0 ? 0o755 : 0o700)
    }
  }

  private func openedDirectory() throws(ChangeFailure) -> Int32 {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      let error = SystemError.last
      if error.code == ELOOP || error.code == ENOTDIR, Files.status(directory) != nil {
        throw refused("\(directory) is no directory but a link or a file: remove it")
      }
      throw failure(error)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_uid == geteuid() else {
      close(descriptor)
      throw refused("\(directory) belongs to somebody else: have it removed")
    }
    guard status.st_mode & 0o022 == 0 else {
      close(descriptor)
      throw refused("\(directory) may be written by others: chmod go-w it")
    }
    return descriptor
  }

  private func openedFile(in holder: Int32, _ flags: Int32) throws(ChangeFailure) -> Int32 {
    while true {
      if let descriptor = try openedOnce(in: holder, flags) { return descriptor }
    }
  }

  /// Nil where another file has taken its name in this moment.
  private func openedOnce(in holder: Int32, _ flags: Int32) throws(ChangeFailure) -> Int32? {
    let isNew = faccessat(holder, Self.name, F_OK, AT_SYMLINK_NOFOLLOW) != 0
    let descriptor = openat(
      holder, Self.name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else {
      let error = SystemError.last
      if error.code == ELOOP { throw refused("\(path) is a link: remove it") }
      throw failure(error)
    }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_nlink == 0 {
      close(descriptor)
      return nil
    }
    guard status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), status.st_nlink == 1
    else {
      close(descriptor)
      throw refused("\(path) is not a file of your own: remove it")
    }
    guard status.st_mode & 0o022 == 0 else {
      close(descriptor)
      throw refused("\(path) may be written by others: chmod 600 it")
    }
    // That the file is there must survive too; some file systems have no such thing.
    if isNew, fsync(holder) != 0, errno != EINVAL {
      let error = SystemError.last
      close(descriptor)
      throw failure(error)
    }
    return descriptor
  }

  private func failure(_ error: SystemError) -> ChangeFailure {
    ChangeFailure(
      .never,
      "Nothing is changed without a journal, and \(path) cannot be written: \(error.words).",
      errno: error.code)
  }

  private func refused(_ reason: String) -> ChangeFailure {
    ChangeFailure(.never, "Nothing is changed without a journal: \(reason).")
  }
}
