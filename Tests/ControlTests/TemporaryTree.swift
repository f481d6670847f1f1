import CLinux
import Glibc

/// A directory with files of its own, removed when the test is over.
final class TemporaryTree: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/loadline-test-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
  }

  deinit { Self.removeAll(path) }

  /// Writes a file, and makes the directories it is in.
  func write(_ text: String, to file: String, mode: mode_t = 0o644) {
    makeDirectories(of: file)
    let descriptor = open("\(path)/\(file)", O_WRONLY | O_CREAT | O_TRUNC, mode)
    let bytes = Array(text.utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
    close(descriptor)
  }

  func makeDirectory(_ name: String) {
    makeDirectories(of: name)
    mkdir("\(path)/\(name)", 0o755)
  }

  func link(_ name: String, to target: String) {
    makeDirectories(of: name)
    symlink(target, "\(path)/\(name)")
  }

  private func makeDirectories(of file: String) {
    var directory = path
    for name in file.split(separator: "/").dropLast() {
      directory += "/" + name
      mkdir(directory, 0o755)
    }
  }

  private static func removeAll(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR, let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { removeAll("\(path)/\(name)") }
      }
      closedir(stream)
    }
    remove(path)
  }
}
