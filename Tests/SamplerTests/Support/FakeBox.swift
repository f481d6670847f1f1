import Glibc
import Sampler

/// A box made of files: `/proc`, `/sys` and cgroups in a temporary directory, taken away at the end.
final class FakeBox {
  let directory: String

  init() {
    var template = Array("/tmp/loadline-fake-XXXXXX".utf8CString)
    directory = template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, let made = mkdtemp(start) else { return "/nonexistent" }
      return String(cString: made)
    }
    make("/proc")
    make("/sys")
  }

  deinit { Self.removeTree(directory) }

  var roots: Roots { Roots(prefix: directory) }

  /// Makes a directory and those above it.
  func make(_ path: String) {
    var built = directory
    for part in path.split(separator: "/") {
      built += "/\(part)"
      mkdir(built, 0o755)
    }
  }

  /// Writes a file in place, so that whoever keeps it open reads the new text, as on procfs.
  func write(_ path: String, _ bytes: some Collection<UInt8>) {
    if let slash = path.lastIndex(of: "/") { make(String(path[..<slash])) }
    let file = open(directory + path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    let bytes = Array(bytes)
    _ = Glibc.write(file, bytes, bytes.count)
  }

  func write(_ path: String, _ text: String) { write(path, Array(text.utf8)) }

  func link(_ path: String, to target: String) {
    if let slash = path.lastIndex(of: "/") { make(String(path[..<slash])) }
    symlink(target, directory + path)
  }

  func remove(_ path: String) { Self.removeTree(directory + path) }

  private static func removeTree(_ path: String) {
    if unlink(path) == 0 { return }
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { removeTree("\(path)/\(name)") }
      }
      closedir(stream)
    }
    rmdir(path)
  }
}

extension FakeBox {
  /// The files of a captured system: `== PATH` begins a file, everything before the first is a
  /// comment that says where it was captured.
  convenience init(fixture name: String) {
    self.init()
    var path: String?
    var text = ""
    for line in Self.fixture(name).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("== ") {
        if let path { write(path, text) }
        path = String(line.dropFirst(3))
        text = ""
      } else {
        // A captured command line has a visible sign for the byte 0 that ends its arguments.
        text +=
          (path?.hasSuffix("/cmdline") ?? false)
          ? line.replacing("␀", with: "\0") : line + "\n"
      }
    }
    if let path { write(path, text) }
  }

  private static func fixture(_ name: String) -> String {
    let here = #filePath
    let root = here[..<(here.range(ofSuffix: "Support/FakeBox.swift") ?? here.endIndex)]
    let file = open("\(root)Fixtures/\(name).txt", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 256 << 10)
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}

extension String {
  /// Where `suffix` begins, if the string ends with it.
  fileprivate func range(ofSuffix suffix: String) -> Index? {
    hasSuffix(suffix) ? index(endIndex, offsetBy: -suffix.count) : nil
  }
}
