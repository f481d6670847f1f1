import Glibc
import Model

extension Place {
  /// The name of the file, for files.
  var file: String {
    if case .file(_, _, let name) = self { name } else { "" }
  }

  /// Another file of the same directory.
  func beside(_ name: String) -> Place? {
    guard case .file(let directory, let inode, _) = self else { return nil }
    return .file(directory: directory, inode: inode, name: name)
  }
}

extension Step {
  /// What a step writes, told apart from what others write in the same file.
  struct Subject: Sendable, Hashable {
    var place: Place
    /// Of a file with a line for each disk, the disk and the words.
    var part: String
  }

  var subject: Subject {
    Subject(place: place, part: ControlFile.subject(of: after, file: place.file))
  }

  private var tolerance: Int64 {
    if case .number(let tolerance) = expected { tolerance } else { 0 }
  }

  /// Whether a value that was read is the one that this step writes.
  func isAfter(_ read: String) -> Bool {
    ControlFile.means(read, after, file: place.file, tolerance: tolerance)
  }

  /// Whether a value that was read is the one that this step found.
  func isBefore(_ read: String) -> Bool {
    ControlFile.means(read, before, file: place.file)
  }

  /// The step that takes this one back.
  var reversed: Step {
    var step = self
    swap(&step.before, &step.after)
    step.preparation = .none
    // What is in force after it was not recorded; the file itself has to say what it said.
    if case .effective = expected { step.expected = .same }
    return step
  }

  /// Whether a driver takes it, and not the kernel's own files.
  var isOfDriver: Bool { if case .device = place { true } else { false } }

  /// What it writes, in a sentence.
  var words: String { isOfDriver ? place.words(after) : after }

  /// Freezing waits for the processes, unlike everything else.
  var isSlowToSettle: Bool { place.file == "cgroup.freeze" || place.file == "freezer.state" }
}

extension [Step] {
  /// The steps in the other direction, the last first.
  var reversed: [Step] { reversed().map(\.reversed) as [Step] }

  /// For each place what was there before the first step, and the last step.
  var net: [Step.Subject: (before: String, last: Step)] {
    var net: [Step.Subject: (before: String, last: Step)] = [:]
    for step in self {
      net[step.subject] = (net[step.subject]?.before ?? step.before, step)
    }
    return net
  }

  /// The same without places that are in the end as they were before.
  var lasting: [Step.Subject: (before: String, last: Step)] {
    net.filter { subject, values in
      !ControlFile.means(values.before, values.last.after, file: subject.place.file)
    }
  }
}
