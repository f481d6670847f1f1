import Configuration
import Glibc

/// A directory of its own for one test, removed with everything in it when the test ends.
struct TemporaryDirectory: ~Copyable {
  let path: String

  init() throws {
    var template = Array("/tmp/loadline-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError(errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    // A link is unlinked, not followed.
    if unlink(path) == 0 { return }
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { remove(path + "/" + name) }
      }
      closedir(directory)
    }
    rmdir(path)
  }

  /// Writes a file below this directory, with the directories that it needs, and gives its path.
  @discardableResult func write(_ bytes: [UInt8], to name: String = "config.toml") throws -> String
  {
    var directory = path
    for part in name.split(separator: "/").dropLast() {
      directory += "/" + part
      mkdir(directory, 0o755)
    }
    let file = path + "/" + name
    guard let stream = fopen(file, "w") else { throw SystemError(errno) }
    defer { fclose(stream) }
    guard fwrite(bytes, 1, bytes.count, stream) == bytes.count else { throw SystemError(errno) }
    return file
  }

  @discardableResult func write(_ text: String, to name: String = "config.toml") throws -> String {
    try write(Array(text.utf8), to: name)
  }
}

struct SystemError: Error, CustomStringConvertible {
  let description: String
  init(_ code: CInt) { description = String(cString: strerror(code)) }
}

/// What the configuration in `text` says, or throws what is wrong with it.
func settings(from text: String) throws -> Settings {
  let directory = try TemporaryDirectory()
  let files = ConfigurationFiles(explicit: try directory.write(text))
  return try loadConfiguration(files, trust: .anyone).settings
}

/// The problems of the configuration in `text`, without the name of the file in front.
func problems(in text: String) throws -> [String] { try problems(in: Array(text.utf8)) }

func problems(in bytes: [UInt8]) throws -> [String] {
  let directory = try TemporaryDirectory()
  let file = try directory.write(bytes)
  return checkConfiguration(ConfigurationFiles(explicit: file), trust: .anyone)
    .map { String($0.description.dropFirst(file.utf8.count + 1)) }
}
