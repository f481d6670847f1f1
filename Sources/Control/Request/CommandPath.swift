import CLinux
import Glibc

/// The file that a command word stands for, found as a shell finds it, before anything is made.
enum CommandPath {
  /// Where commands are looked for when `PATH` is not set (`_CS_PATH`).
  static let standard = "/bin:/usr/bin"

  /// The path of the file to execute.
  ///
  /// A word with a slash is a path; any other is looked for in the directories of `path`, an empty
  /// one being the working directory. Bytes, because a file's name need not be UTF-8.
  static func resolve(_ word: [UInt8], path: String?) throws(LaunchError) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    let shown = String(decoding: word, as: UTF8.self).debugDescription
    guard !word.isEmpty else {
      throw LaunchError("the command is an empty word.", status: .notFound)
    }
    let places: [[UInt8]]
    if word.contains(slash) {
      places = [word]
    } else {
      places = (path ?? standard).utf8
        .split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        .map { $0.isEmpty ? word : Array($0) + [slash] + word }
    }
    var refused: String?
    for place in places {
      switch executable(place) {
      case .yes: return place
      case .no(let reason): refused = refused ?? reason
      case .nothing: continue
      }
    }
    if let refused {
      throw LaunchError("\(shown) cannot be executed: \(refused).", status: .notExecutable)
    }
    throw LaunchError(
      word.contains(slash) ? "there is no file \(shown)." : "no command \(shown) in PATH.",
      status: .notFound)
  }

  private enum Answer {
    case yes, nothing
    case no(String)
  }

  private static func executable(_ path: [UInt8]) -> Answer {
    let path = path.map { CChar(bitPattern: $0) } + [0]
    var status = stat()
    guard stat(path, &status) == 0 else {
      return errno == EACCES ? .no("a directory on its path may not be entered") : .nothing
    }
    if status.isDirectory { return .no("it is a directory") }
    guard faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 else {
      return .no("it is not executable for you (chmod +x)")
    }
    return .yes
  }
}
