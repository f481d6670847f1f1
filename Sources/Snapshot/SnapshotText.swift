package import Model

/// A moment as a plain table for people: the same numbers as the screen, no colours, no gauges.
package enum SnapshotText {
  package static func table(_ moment: Moment) -> String {
    let gpus = moment.gpus.filter { !$0.reading.identity.isSplit }
    var rows = [row("JOB", "OWNER", ["CORES", "OF", "GIB", "OF"], ["READ MB/s", "WRITE MB/s"])]
    rows[0].gpus = [moment.gpusAreSimulated ? "GPU (SIMULATED)" : "GPU", "OF"]
    rows[0].state = "STATE"
    for job in moment.jobs {
      var row = row(
        job.job.name.string, job.job.owner.string,
        [
          cores(job.cpu.used), cores(job.grant.cores.amount),
          (job.memory.isEstimate ? "~" : "") + gibibytes(job.memory.used),
          gibibytes(job.grant.memory.amount),
        ], [megabytes(job.io.read), megabytes(job.io.written)])
      row.gpus = job.gpus.map { [fixed($0.busy, decimals: 2), "\($0.held.count)"] } ?? ["", ""]
      row.state = job.states.map(\.rawValue).joined(separator: ",")
      rows.append(row)
    }
    rows.append(
      row("other", "", [cores(moment.other.used), "", gibibytes(moment.other.memory.used), ""]))
    rows.append(row("free", "", [cores(moment.idleCores), "", gibibytes(moment.idleMemory), ""]))
    var box = row(
      "box", "",
      [
        cores(moment.box.used), cores(moment.box.cores), gibibytes(moment.box.memoryUsed),
        gibibytes(moment.box.memory),
      ], [megabytes(moment.box.io.read), megabytes(moment.box.io.written)])
    let busy = gpus.map { $0.reading.condition == .answering ? $0.reading.busy.value?.value : nil }
    let sum = busy.contains(nil) ? nil : busy.reduce(0) { $0 + ($1 ?? 0) }
    box.gpus = [fixed(sum, decimals: 2), "\(gpus.count)"]
    rows.append(box)
    let table = layOut(rows.map { $0.cells(withGPUs: !moment.gpus.isEmpty) })
    return table + (moment.gpuProblem.map { "GPUs: \($0)\n" } ?? "")
  }

  private struct Row {
    var head: [String]
    var gpus = ["", ""]
    var state = ""

    /// Boxes without GPUs have no columns for them.
    func cells(withGPUs: Bool) -> [String] { head + (withGPUs ? gpus : []) + [state] }
  }

  private static func row(
    _ name: String, _ owner: String, _ amounts: [String], _ rates: [String] = ["", ""]
  ) -> Row {
    Row(head: [name, owner] + amounts + rates)
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
