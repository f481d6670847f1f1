import Model

/// One thing that is written, and read back, by itself: what a change is made of, what the journal
/// records and what undo reverses.
///
/// Values are the exact text of the place, so that taking back writes what was there before, byte
/// for byte.
struct Step: Sendable, Hashable {
  var place: Place
  var before: String
  var after: String
  /// What the place has to say afterwards, where it is read back differently from how it is written
  /// (`cpuset.cpus.effective`, a limit rounded to pages); nil is ``after``.
  var expected: Expectation = .same
  /// The write may take seconds, because the kernel reclaims memory in it, or a driver takes its time.
  var mayBlock = false
  /// What has to be done before the write, so that the kernel kills nothing in it.
  var preparation: Preparation = .none

  /// Work that changes no limit and so needs no taking back.
  enum Preparation: Sendable, Hashable {
    case none
    /// Reclaim the group's memory step by step, until it uses at most so many bytes.
    case reclaim(to: Int64)
  }

  /// How a value that was read back is judged.
  enum Expectation: Sendable, Hashable {
    case same
    /// Another file of the same directory says what is in force.
    case effective(file: String, value: String)
    /// A number that the kernel may round by less than this.
    case number(tolerance: Int64)
  }
}

/// Where a value is kept.
enum Place: Sendable, Hashable {
  /// A control file of a cgroup, which must still be the directory with this inode number.
  case file(directory: String, inode: UInt64, name: String)
  /// A property of a systemd unit; `user` is the user manager's owner, nil is the system's manager.
  case property(unit: String, name: String, user: UInt32?)
  /// An attribute of every thread of these processes.
  case threads(of: [ProcessIdentity], attribute: ThreadAttribute)
  /// The power limit of a GPU, in microwatts: as its vendor's driver has it.
  case device(GPUID, vendor: GPUIdentity.Vendor)
}

extension Place: CustomStringConvertible {
  /// Where it is, for a sentence: the path of a file, a property of a unit, an attribute of threads.
  var description: String {
    switch self {
    case .file(let directory, _, let name): return "\(directory)/\(name)"
    case .property(let unit, let name, let user):
      return "\(name) of \(unit)" + (user.map { " of user \($0)'s manager" } ?? "")
    case .threads(let processes, let attribute):
      let pids = processes.prefix(8).map { "\($0.pid)" }.joined(separator: ", ")
      let more = processes.count > 8 ? ", …" : ""
      return
        "the \(attribute.rawValue) of the threads of \(processes.count == 1 ? "process" : "processes") \(pids)\(more)"
    case .device(let id, _): return "the power limit of \(id.text)"
    }
  }

  /// A text that is written there, in a sentence.
  func words(_ text: String) -> String {
    if case .device = self, let limit = Watts(microwatts: text) { return limit.text }
    return text.debugDescription
  }
}

/// A process that cannot be mistaken for a later one with its number.
struct ProcessIdentity: Sendable, Hashable {
  var pid: Int32
  /// Clock ticks after boot.
  var start: UInt64
}

enum ThreadAttribute: String, Sendable, Hashable {
  case affinity, nice
  case ioPriority = "io-priority"
  /// Whether the process stands still by a signal; of a process, not of a thread.
  case stopped
}
