import JSON
import Model

/// What was found, of a job or of the box, and what could not be looked at.
extension SnapshotJSON {
  static func findings(_ findings: [Finding], _ moment: Moment, _ json: inout JSONText) {
    json.array("findings") { json in
      for entry in findings { json.object { finding(entry, moment, &$0) } }
    }
  }

  static func notEvaluated(_ rules: [NotEvaluated], _ json: inout JSONText) {
    json.array("not_evaluated") { json in
      for entry in rules {
        json.object { json in
          json.value("rule", entry.rule.rawValue)
          json.value("missing", entry.missing.rawValue)
        }
      }
    }
  }

  /// The keys of one finding, into an object that is open.
  static func finding(_ finding: Finding, _ moment: Moment, _ json: inout JSONText) {
    json.value("rule", finding.rule.rawValue)
    json.value("kind", finding.kind.rawValue)
    json.value("level", finding.level.rawValue)
    json.value(
      "since", moment.wallClock - moment.time.seconds(since: finding.since), decimals: 3)
    json.value("certainty", finding.certainty.rawValue)
    json.value("role", finding.role.rawValue)
    json.value("text", finding.text)
    evidence(finding.evidence, &json)
    json.array("ruled_out") { json in
      for cause in finding.ruledOut {
        json.object { json in
          json.value("rule", cause.rule.rawValue)
          json.value("text", cause.text)
        }
      }
    }
    suggestion(finding.suggestion, &json)
    waste(finding.waste, &json)
  }

  /// The numbers, and beside them what each is counted in.
  private static func evidence(_ evidence: [Evidence], _ json: inout JSONText) {
    var names: Set<String> = []
    let evidence = evidence.filter { names.insert($0.name).inserted }
    json.object("evidence") { json in
      for number in evidence { json.value(number.name, number.value) }
    }
    json.object("evidence_units") { json in
      for number in evidence { json.value(number.name, number.unit.rawValue) }
    }
  }

  private static func suggestion(_ suggestion: Suggestion?, _ json: inout JSONText) {
    guard let suggestion else { return json.value("suggestion", nil as String?) }
    json.object("suggestion") { json in
      json.value("job", suggestion.job?.description)
      json.value("change", suggestion.resource.word)
      json.value("direction", suggestion.direction.rawValue)
      amount(suggestion.amount, &json)
      json.value("text", suggestion.text)
    }
  }

  private static func amount(_ amount: SuggestedAmount?, _ json: inout JSONText) {
    func number(_ value: Double, _ unit: String) {
      json.value("amount", value)
      json.value("unit", unit)
    }
    switch amount {
    case .cores(let cores): number(cores.value, "cores")
    case .memory(let bytes): number(Double(bytes.count), "bytes")
    case .rate(let rate): number(rate.perSecond, "bytes_per_second")
    case .count(let count): number(Double(count), "count")
    case .burst(let seconds): number(seconds, "core_seconds")
    case .cpus(let cpus):
      json.value("amount", cpus.description)
      json.value("unit", "cpus")
    case nil:
      json.value("amount", nil as Double?)
      json.value("unit", nil as String?)
    }
  }

  private static func waste(_ waste: Waste?, _ json: inout JSONText) {
    guard let waste else { return json.value("waste", nil as String?) }
    json.object("waste") { json in
      json.value("cores", waste.cores)
      json.value("memory_gib", waste.memory)
      json.value("gpus", waste.gpus)
    }
  }
}
