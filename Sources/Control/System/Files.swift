import CLinux
import Glibc

/// Whole small files by system calls; nothing is cached, nothing is created.
enum Files {
  /// The content of a file, at most `limit` bytes of it.
  static func bytes(_ path: String, limit: Int = 1 << 22) throws(SystemError) -> [UInt8] {
    // Not to hang on a pipe that somebody put in the place of a file.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var failure: SystemError?
    // Outside the array: to fill it with zeros first costs more than the read.
    withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 1) { buffer in
      while content.count < limit {
        let count = Glibc.read(
          descriptor, buffer.baseAddress, min(buffer.count, limit - content.count))
        if count == 0 { return }
        if count > 0 {
          content.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        } else if case let error = SystemError.last, error.code != EINTR {
          failure = error
          return
        }
      }
    }
    if let failure { throw failure }
    return content
  }

  /// The content of a file as text; nil where it cannot be read.
  static func text(_ path: String) -> String? {
    (try? bytes(path)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The content of a file without blank space around it; nil where it cannot be read.
  static func line(_ path: String) -> String? {
    text(path).map { text in
      let words = text.split(whereSeparator: \.isWhitespace)
      return words.joined(separator: " ")
    }
  }

  /// Writes an existing file with one `write`, as control files want it; links are not followed.
  static func write(_ text: String, to path: String) throws(SystemError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    var text = text
    let written = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if written != text.utf8.count { throw written < 0 ? .last : SystemError(code: EIO) }
  }

  /// What `path` itself is, links not followed; nil where there is nothing or it cannot be told.
  static func status(_ path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether the effective user may write: false also where the file system is read-only.
  static func isWritable(_ path: String) -> Bool {
    faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0
  }

  /// The names in a directory without `.` and `..`; empty where it cannot be read.
  static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

extension stat {
  var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
  var isBlockDevice: Bool { st_mode & S_IFMT == S_IFBLK }
}
