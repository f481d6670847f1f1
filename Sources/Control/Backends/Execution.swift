import Glibc
import Model

/// Becoming the command.
enum Execution {
  /// The variable that tells a command the name of its job.
  static let variable = "LOADLINE_JOB"

  /// Replaces this process; returns only where that failed.
  ///
  /// Signal dispositions and mask, limits, umask and working directory are the caller's: nothing
  /// here has changed them, and every descriptor of ours closes itself.
  static func execute(_ path: [UInt8], _ arguments: [[UInt8]]) -> SystemError {
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { copy($0) }
    pointers.append(nil)
    let file = copy(path)
    execv(file, pointers)
    let error = SystemError.last
    pointers.forEach { $0?.deallocate() }
    file.deallocate()
    return error
  }

  /// What to tell when the command could not be executed.
  static func failure(_ error: SystemError, _ path: [UInt8]) -> LaunchError {
    let shown = String(decoding: path, as: UTF8.self).debugDescription
    let hint =
      switch error.code {
      case ENOEXEC: "; a script must begin with #! and its interpreter"
      case ENOENT: "; the interpreter named in its first line is missing"
      default: ""
      }
    return LaunchError(
      "\(shown) cannot be executed: \(error.words)\(hint).", status: .notExecutable)
  }

  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { memory[index] = CChar(bitPattern: byte) }
    memory[bytes.count] = 0
    return memory
  }
}
