package import Model

/// Whether a change can be made, and if not, what stands in its way.
package enum Verdict: Sendable, Hashable {
  case fits
  /// It would fit once something else has happened; a sentence that says what.
  case notNow(String)
  /// It cannot be here; a sentence that says why.
  case never(String)
  /// What can be set on the job is still being read.
  case unknown
}

/// A draft held against the box as it is.
package struct Assessment: Sendable, Hashable {
  /// In the draft's order.
  package var items: [Item]
  /// What would be unallocated if all of it were applied; negative is overcommitted.
  package var unallocatedCores: Cores?
  package var unallocatedMemory: Bytes?

  package init(items: [Item], unallocatedCores: Cores?, unallocatedMemory: Bytes?) {
    self.items = items
    self.unallocatedCores = unallocatedCores
    self.unallocatedMemory = unallocatedMemory
  }

  package var isApplicable: Bool {
    !items.isEmpty && items.allSatisfy { $0.verdict == .fits }
  }

  package struct Item: Sendable, Hashable {
    package var change: Change
    package var verdict: Verdict
    /// What it will do, as a range where it is predicted: `throttled 38 % → 0–5 %`; nil where nothing
    /// can be said.
    package var effect: String?
    /// What may go wrong, one sentence each.
    package var risks: [String]

    package init(
      change: Change, verdict: Verdict, effect: String? = nil, risks: [String] = []
    ) {
      self.change = change
      self.verdict = verdict
      self.effect = effect
      self.risks = risks
    }
  }
}
