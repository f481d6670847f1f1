package import Model

/// A moment as a plain table for people: the same numbers as the screen, no colours, no gauges.
package enum SnapshotText {
  package static func table(_ moment: Moment) -> String {
    var rows = [["JOB", "OWNER", "CORES", "OF", "GIB", "OF", "READ MB/s", "WRITE MB/s", "STATE"]]
    for job in moment.jobs {
      rows.append([
        job.job.name.string, job.job.owner.string,
        cores(job.cpu.used), cores(job.grant.cores.amount),
        (job.memory.isEstimate ? "~" : "") + gibibytes(job.memory.used),
        gibibytes(job.grant.memory.amount), megabytes(job.io.read), megabytes(job.io.written),
        job.states.map(\.rawValue).joined(separator: ","),
      ])
    }
    rows.append([
      "other", "", cores(moment.other.used), "", gibibytes(moment.other.memory.used), "", "", "",
      "",
    ])
    rows.append([
      "free", "", cores(moment.idleCores), "", gibibytes(moment.idleMemory), "", "", "", "",
    ])
    rows.append([
      "box", "", cores(moment.box.used), cores(moment.box.cores),
      gibibytes(moment.box.memoryUsed), gibibytes(moment.box.memory),
      megabytes(moment.box.io.read), megabytes(moment.box.io.written), "",
    ])
    return layOut(rows)
  }

  /// Names to the left, numbers to the right, columns as wide as their widest entry.
  private static func layOut(_ rows: [[String]]) -> String {
    let columns = rows[0].count
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - text.count)
        let isText = column < 2 || column == columns - 1
        line += (column == 0 ? "" : "  ") + (isText ? text + padding : padding + text)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  private static func cores(_ cores: Cores?) -> String { fixed(cores?.value, decimals: 2) }
  private static func gibibytes(_ bytes: Bytes?) -> String {
    fixed(bytes.map { Double($0.count) / 1_073_741_824 }, decimals: 2)
  }
  private static func megabytes(_ rate: ByteRate?) -> String {
    fixed(rate.map { $0.perSecond / 1e6 }, decimals: 1)
  }

  private static func fixed(_ number: Double?, decimals: Int) -> String {
    guard let number, number.isFinite, abs(number) < 1e12 else { return "–" }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let units = Int((abs(number) * Double(scale)).rounded())
    let fraction = String(units % scale)
    return (number < 0 && units > 0 ? "-" : "") + "\(units / scale)."
      + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
