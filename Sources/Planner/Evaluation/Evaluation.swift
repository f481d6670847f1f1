import Model

/// How good recommendations would have been, on what was recorded: at every window each method says
/// what to grant, knowing only what came before, and is held against what came.
///
/// Slack and want are always told together: either alone is easily made nothing of. All methods act by
/// the same rules (up at once, down to the largest of half an hour, five minutes between two changes,
/// a core or a GiB and a tenth at least), so that changes can be compared; `granted` acts as whoever
/// granted did.
package struct Evaluation: Sendable, Hashable {
  /// A number and where it lies with 95 % confidence, by resampling jobs.
  package struct Range: Sendable, Hashable {
    package var value: Double
    package var low: Double
    package var high: Double
  }

  /// One method on one slice of the jobs.
  package struct Row: Sendable, Hashable {
    package var resource: EvaluatedResource
    /// `all`, `kind=gpu`, `gpus=2`, `phase=train`, or one of the jobs' tags.
    package var slice: String
    package var method: NeedMethod
    package var jobs: Int
    package var hours: Double
    package var slack: Range
    package var short: Range
    /// The part of what was wanted that was not granted.
    package var missing: Double
    /// Times that memory went beyond the limit; 0 for cores.
    package var kills: Int
    package var changesPerHour: Double
  }

  package var rows: [Row]

  /// `seed` decides which jobs are drawn for the ranges: the same seed, the same ranges.
  package init(
    _ jobs: [RecordedJob], boxCores: Double, boxMemory: Double,
    settings: NeedSettings = NeedSettings(), draws: Int = 1000, seed: UInt64 = 1
  ) {
    var rows: [Row] = []
    for resource in EvaluatedResource.allCases {
      let box = resource == .cores ? boxCores : boxMemory
      let walks = jobs.map { Walk($0, resource, box: box, settings).scores }
      for slice in Self.slices(walks) {
        for method in NeedMethod.allCases {
          let scores = walks.compactMap { $0[slice]?[method] }.filter { $0.hours > 0 }
          guard !scores.isEmpty else { continue }
          rows.append(
            Self.row(scores, resource, slice, method, draws: draws, seed: seed))
        }
      }
    }
    self.rows = rows
  }

  private static func slices(_ walks: [[String: [NeedMethod: Score]]]) -> [String] {
    let all = Set(walks.flatMap(\.keys)).subtracting(["all"])
    return ["all"] + all.sorted()
  }

  private static func row(
    _ scores: [Score], _ resource: EvaluatedResource, _ slice: String, _ method: NeedMethod,
    draws: Int, seed: UInt64
  ) -> Row {
    let sum = scores.reduce(Score(), +)
    let drawn = Bootstrap(draws: draws, seed: seed).sums(of: scores)
    func range(_ value: (Score) -> Double) -> Range {
      let sorted = drawn.map(value).sorted()
      guard !sorted.isEmpty else { return Range(value: value(sum), low: .nan, high: .nan) }
      let last = sorted.count - 1
      return Range(
        value: value(sum), low: sorted[Int(Double(last) * 0.025)],
        high: sorted[Int((Double(last) * 0.975).rounded(.up))])
    }
    return Row(
      resource: resource, slice: slice, method: method, jobs: scores.count, hours: sum.hours,
      slack: range(\.slackShare), short: range(\.shortShare), missing: sum.missingShare,
      kills: resource == .memory ? sum.kills : 0, changesPerHour: sum.changesPerHour)
  }

  /// Lines for people, with a heading.
  package var lines: [String] {
    let heading = [
      "resource", "slice", "method", "jobs", "hours", "slack", "short", "missing", "kills",
      "changes/h",
    ]
    let cells = rows.map { row in
      [
        row.resource.rawValue, row.slice, row.method.rawValue, "\(row.jobs)",
        decimalText(row.hours, places: 1), Self.text(row.slack), Self.text(row.short),
        "\(decimalText(row.missing * 100, places: 2)) %",
        row.resource == .memory ? "\(row.kills)" : "–",
        decimalText(row.changesPerHour, places: 2),
      ]
    }
    let table = [heading] + cells
    let widths = heading.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { line in
      line.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < 3 ? cell + space : space + cell
      }.joined(separator: "  ")
    }
  }

  private static func text(_ range: Range) -> String {
    func percent(_ value: Double) -> String { decimalText(value * 100, places: 1) }
    return "\(percent(range.value)) % (\(percent(range.low))–\(percent(range.high)))"
  }
}
