import Model

/// Gives jobs names that are unique for their owner: `train.py`, then `train.py#2`.
///
/// Jobs of equal name are numbered by age, which everybody who looks can see, and not in the order in
/// which they were found: so a screen that has been open for days and a snapshot of this moment mean
/// the same job by `train.py#2`.
struct JobNames {
  private struct Claim {
    var owner: SafeText
    var base: SafeText
  }

  private var claims: [JobID: Claim] = [:]
  /// Names may have changed since they were dealt.
  private(set) var isStale = false

  /// The most characters of a name: processes choose theirs freely.
  private static let longest = 80

  /// Notes what a job is to be called, in place of what it was; the name without a number.
  mutating func claim(_ wanted: SafeText, owner: SafeText, for id: JobID) -> SafeText {
    var base = wanted.isEmpty ? SafeText("?") : wanted
    if base.string.unicodeScalars.count > Self.longest {
      var cut = String.UnicodeScalarView(base.string.unicodeScalars.prefix(Self.longest - 1))
      cut.append("…")
      base = SafeText(String(cut))
    }
    claims[id] = Claim(owner: owner, base: base)
    isStale = true
    return base
  }

  mutating func release(_ id: JobID) {
    if claims.removeValue(forKey: id) != nil { isStale = true }
  }

  /// Every job's name by now.
  mutating func deal() -> [JobID: SafeText] {
    isStale = false
    var names: [JobID: SafeText] = [:]
    var taken: [SafeText: Set<SafeText>] = [:]
    var last: [SafeText: [SafeText: Int]] = [:]
    for (id, claim) in claims.sorted(by: { Self.isOlder($0.key, $1.key) }) {
      var name = claim.base
      var number = last[claim.owner]?[claim.base] ?? 1
      while !taken[claim.owner, default: []].insert(name).inserted {
        number += 1
        name = SafeText("\(claim.base.string)#\(number)")
      }
      last[claim.owner, default: [:]][claim.base] = number
      names[id] = name
    }
    return names
  }

  /// Groups come before commands; the kernel numbers groups upwards, and a pid alone may be used
  /// again.
  private static func isOlder(_ a: JobID, _ b: JobID) -> Bool {
    switch (a, b) {
    case (.cgroup(let first), .cgroup(let second)): first < second
    case (.tree(let pid, let start), .tree(let otherPid, let otherStart)):
      (start, pid) < (otherStart, otherPid)
    case (.cgroup, .tree): true
    case (.tree, .cgroup): false
    // Targets of changes, never jobs of a sample.
    case (.gpu, _), (_, .gpu): false
    }
  }
}
