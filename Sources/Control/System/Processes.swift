import Glibc
import Model

/// Facts about processes from `/proc/PID/stat` (proc_pid_stat(5)).
enum Processes {
  /// The fields after the command's name, which may itself hold blanks and parentheses; the first
  /// is field 3, the state.
  static func fields(pid: Int32, proc: String) -> [Substring]? {
    guard let text = Files.text("\(proc)/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    return text[text.index(after: end)...].split(separator: " ")
  }

  /// Start time in clock ticks after boot; nil where there is no such process.
  static func start(pid: Int32, proc: String) -> UInt64? {
    guard let fields = fields(pid: pid, proc: proc), fields.count > 19 else { return nil }
    return UInt64(fields[19])
  }

  /// Whether the process is the one that started then; a zombie has ended.
  static func isAlive(pid: Int32, start: UInt64, proc: String) -> Bool {
    guard let fields = fields(pid: pid, proc: proc), fields.count > 19 else { return false }
    return UInt64(fields[19]) == start && fields[0] != "Z" && fields[0] != "X"
  }
}
