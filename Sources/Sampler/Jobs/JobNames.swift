import Model

/// Gives jobs names that are unique for their owner and stay: `train.py`, then `train.py#2`.
struct JobNames {
  private var taken: [SafeText: [SafeText: JobID]] = [:]

  /// The most characters of a name: processes choose theirs freely.
  private static let longest = 80

  mutating func claim(_ wanted: SafeText, owner: SafeText, for id: JobID) -> SafeText {
    var base = wanted.isEmpty ? SafeText("?") : wanted
    if base.string.unicodeScalars.count > Self.longest {
      var cut = String.UnicodeScalarView(base.string.unicodeScalars.prefix(Self.longest - 1))
      cut.append("…")
      base = SafeText(String(cut))
    }
    var name = base
    var number = 1
    while let holder = taken[owner]?[name], holder != id {
      number += 1
      name = SafeText("\(base.string)#\(number)")
    }
    taken[owner, default: [:]][name] = id
    return name
  }

  mutating func release(_ job: Job) {
    if taken[job.owner]?[job.name] == job.id { taken[job.owner]?[job.name] = nil }
  }
}
