import Drawing
import Model

/// One measure's recent past with its scale.
struct Trend {
  var label: String
  var values: [Float]
  /// What was estimated where ``values`` has nothing; drawn fainter.
  var estimates: [Float] = []
  var top: Float
  var topText: String
  var style: Style

  /// Cores and memory against the grant where there is one, IO against its highest.
  static func all(of job: JobMoment, _ context: Context) -> [Trend] {
    let (look, history) = (context.look, job.history)
    let cores = job.grant.cores.amount.map { Float($0.value) } ?? highest(history.cores, least: 1)
    let memory =
      job.grant.memoryLine.amount.map { Float($0.count) }
      ?? highest(history.memory + history.memoryEstimates, least: Float(1 << 28))
    let io = highest(history.io, least: 1e6)
    return [
      Trend(
        label: "cores", values: history.cores, top: cores,
        topText: Format.limit(Double(cores)), style: look.cpu),
      Trend(
        label: "memory", values: history.memory, estimates: history.memoryEstimates, top: memory,
        topText: Format.bytes(Bytes(Int64(memory))), style: look.memory),
      Trend(
        label: "IO", values: history.io, top: io,
        topText: Format.longRate(ByteRate(Double(io)), unknown: ""), style: look.io),
    ]
  }

  private static func highest(_ values: [Float], least: Float) -> Float {
    let top = values.reduce(least) { $1.isFinite ? max($0, $1) : $0 }
    return min(top, 1e18)
  }
}

extension Frame {
  /// Graphs side by side on one row: a label, then the newest values.
  mutating func drawTrendLine(_ trends: [Trend], in rect: Rect, _ look: Look) {
    guard !trends.isEmpty, rect.height > 0 else { return }
    let share = rect.width / trends.count
    for (index, trend) in trends.enumerated() {
      let x = rect.x + index * share
      let start = canvas.write(trend.label, x: x, y: rect.y, trend.style.bold) + 1
      let graph = Rect(x: start, y: rect.y, width: x + share - 2 - start, height: 1)
      drawGraph(of: trend, in: graph, look)
    }
  }

  /// Graphs one below the other, each with its scale and what time it spans.
  mutating func drawTrends(_ trends: [Trend], in rect: Rect, _ context: Context) {
    let look = context.look
    guard !trends.isEmpty else { return }
    let height = rect.height / trends.count
    guard height > 0 else { return }
    for (index, trend) in trends.enumerated() {
      let y = rect.y + index * height
      let labels = 10
      canvas.write(trend.label, x: rect.x, y: y, trend.style.bold)
      if height > 1 { canvas.write(trend.topText, x: rect.x, y: y + 1, width: labels, look.dim) }
      if height > 2, index == trends.count - 1 {
        let seconds = Double(rect.width - labels) * context.state.settings.interval
        canvas.write(Format.age(seconds), x: rect.x, y: y + 2, look.dim)
      }
      let graph = Rect(
        x: rect.x + labels, y: y, width: rect.width - labels,
        height: height > 2 ? height - 1 : height)
      drawGraph(of: trend, in: graph, look)
    }
  }
  private mutating func drawGraph(of trend: Trend, in rect: Rect, _ look: Look) {
    for (values, style) in [(trend.estimates, look.dim), (trend.values, trend.style)] {
      Sparkline(values, top: trend.top).draw(
        on: &canvas, in: rect, rect.height > 1 ? style.quiet : style, glyphs: look.glyphs)
    }
  }
}
