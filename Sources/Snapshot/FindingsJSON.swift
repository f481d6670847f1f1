import JSON
package import Model

/// What was found within some time as one line of JSON, version 1. `docs/snapshot.md` describes the
/// keys.
package enum FindingsJSON {
  /// `seconds` is for how long was looked.
  package static func line(_ moment: Moment, lookedFor seconds: Double) -> String {
    var json = JSONText()
    json.object { json in
      json.value("version", SnapshotJSON.version)
      json.value("time", moment.wallClock, decimals: 3)
      json.value("looked_for_s", seconds)
      json.array("findings") { json in
        for finding in moment.findings { json.object { entry(finding, of: nil, moment, &$0) } }
        for job in moment.jobs {
          for finding in job.findings { json.object { entry(finding, of: job, moment, &$0) } }
        }
      }
      json.array("jobs") { json in
        for job in moment.jobs {
          json.object { json in
            names(job, &json)
            SnapshotJSON.notEvaluated(job.notEvaluated, &json)
          }
        }
      }
    }
    return json.text
  }

  private static func entry(
    _ finding: Finding, of job: JobMoment?, _ moment: Moment, _ json: inout JSONText
  ) {
    names(job, &json)
    SnapshotJSON.finding(finding, moment, &json)
  }

  private static func names(_ job: JobMoment?, _ json: inout JSONText) {
    json.value("job", job?.id.description)
    json.value("name", job?.job.name.string)
    json.value("owner", job?.job.owner.string)
  }
}
