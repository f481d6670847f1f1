package import Model

/// What one job may ask of a resource, all in the same unit.
package struct Claim: Sendable, Hashable {
  package var job: JobID
  /// Relative importance; 100 is ordinary.
  package var weight: Int
  /// It has at least this, whatever it needs.
  package var least: Double
  /// It gets no more than this, whatever it needs.
  package var most: Double
  package var need: Double

  package init(
    _ job: JobID, weight: Int = 100, least: Double = 0, most: Double = .infinity, need: Double
  ) {
    self.job = job
    self.weight = weight
    self.least = least
    self.most = most
    self.need = need
  }

  /// Beyond this, more is of no use to it; never below what it has at least.
  package var cap: Double { max(floor, min(most, need)) }

  var floor: Double { max(0, least) }
  var pull: Double { Double(max(1, weight)) }

  /// In whole units: what it has at least is rounded up, what it gets at most down.
  var inWholeUnits: Claim {
    let least = floor.rounded(.up)
    return Claim(
      job, weight: weight, least: least, most: max(least, most.rounded(.down)),
      need: (need - 1e-9).rounded(.up))
  }
}

extension JobID {
  /// An order of jobs that does not change, where nothing else decides.
  static func precedes(_ a: JobID, _ b: JobID) -> Bool { a.rank < b.rank }

  private var rank: (Int, UInt64, UInt64) {
    switch self {
    case .cgroup(let inode): (0, inode, 0)
    case .tree(let pid, let start): (1, start, UInt64(UInt32(bitPattern: pid)))
    // A device is nobody's rival for cores and memory.
    case .gpu: (2, 0, 0)
    }
  }
}
