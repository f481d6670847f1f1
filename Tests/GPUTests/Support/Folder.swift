import Glibc

/// A temporary directory with files in it, taken away at the end.
final class Folder {
  let path: String

  init() {
    var template = Array("/tmp/loadline-gpu-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, let made = mkdtemp(start) else { return "/nonexistent" }
      return String(cString: made)
    }
  }

  deinit { Self.remove(path) }

  /// Makes a directory and those above it.
  func make(_ name: String) {
    var built = path
    for part in name.split(separator: "/") {
      built += "/\(part)"
      mkdir(built, 0o755)
    }
  }

  func write(_ name: String, _ text: String) {
    makeParent(of: name)
    let file = open(path + name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    let bytes = Array(text.utf8)
    _ = Glibc.write(file, bytes, bytes.count)
  }

  func link(_ name: String, to target: String) {
    makeParent(of: name)
    unlink(path + name)
    symlink(target, path + name)
  }

  func remove(_ name: String) { Self.remove(path + name) }

  /// The lines of a file.
  func lines(_ name: String) -> [String] {
    let file = open(path + name, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(file, &part, part.count)
      guard count > 0 else { break }
      text += part[..<count]
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func makeParent(of name: String) {
    if let slash = name.lastIndex(of: "/") { make(String(name[..<slash])) }
  }

  private static func remove(_ path: String) {
    if unlink(path) == 0 { return }
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { remove("\(path)/\(name)") }
      }
      closedir(stream)
    }
    rmdir(path)
  }
}
