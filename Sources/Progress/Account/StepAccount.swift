package import Model

/// How fast a job steps, from its reports.
///
/// Times are the job's own where it gives them, else those of arrival: a batch that arrives together
/// then took equal parts of the time since the one before.
package struct StepAccount: Sendable {
  /// Steps that followed each other, and how long each of them took.
  private struct Stride {
    var seconds: Double
    var steps: Double
    var end: Double
  }

  /// The newest of the training phase, oldest first.
  private var strides: [Stride] = []
  private var last: (step: UInt64, time: Double, isOwn: Bool)?
  private var samples: [(count: UInt64, time: Double)] = []
  package private(set) var reading = ProgressReading()

  /// Percentiles and the stalled share are over so many strides and seconds.
  static let most = 512
  static let windowSeconds = 60.0
  /// A step that takes so many medians is stalled beyond the first.
  static let stallMedians = 3.0
  /// A gap as long as this between two steps is no step: the job was stopped, or a clock was set.
  static let longestSeconds = 3600.0

  package init() {}

  /// Takes in the reports that arrived together, in their order.
  package mutating func take(_ reports: [ProgressReport], at now: Instant) {
    let time = Double(now.nanoseconds) / 1e9
    let count = reports.count { $0.step != nil && $0.time == nil }
    var arrived = 0
    let before = last.flatMap { $0.isOwn ? nil : $0.time } ?? time
    for report in reports {
      if let phase = report.phase {
        if phase != reading.phase { last = nil }
        reading.phase = phase
      }
      if let total = report.total { reading.total = total }
      if let loss = report.loss { reading.loss = loss }
      var end = report.time ?? time
      if report.step != nil, report.time == nil {
        arrived += 1
        end = before + (time - before) * Double(arrived) / Double(count)
      }
      if let step = report.step {
        take(step, at: end, isOwn: report.time != nil)
        reading.lastStep = now
      }
      if let seen = report.samples { take(samples: seen, at: end) }
    }
    if !reports.isEmpty { measure() }
  }

  private mutating func take(_ step: UInt64, at time: Double, isOwn: Bool) {
    defer {
      last = (step, time, isOwn)
      reading.step = step
    }
    guard let last, last.isOwn == isOwn else { return }
    if step < last.step {
      // It began anew, from a checkpoint or the next epoch.
      if step <= 1 || Double(step) < 0.5 * Double(last.step) { reading.restarts += 1 }
      return
    }
    let seconds = time - last.time
    guard step > last.step, seconds > 0, seconds < Self.longestSeconds,
      reading.phase ?? .train == .train
    else { return }
    strides.append(Stride(seconds: seconds, steps: Double(step - last.step), end: time))
    if strides.count > Self.most { strides.removeFirst(strides.count - Self.most) }
  }

  private mutating func take(samples seen: UInt64, at time: Double) {
    if let last = samples.last, seen < last.count || time < last.time { samples.removeAll() }
    samples.append((seen, time))
    // One before the window stays, so that the rate is over the whole of it.
    while samples.count > 2, samples[1].time <= time - 10 { samples.removeFirst() }
    if samples.count > Self.most { samples.removeFirst(samples.count - Self.most) }
  }

  private mutating func measure() {
    let sorted = strides.map { (each: $0.seconds / $0.steps, steps: $0.steps) }
      .sorted { $0.each < $1.each }
    let all = sorted.reduce(0) { $0 + $1.steps }
    func percentile(_ part: Double) -> Double? {
      var rest = part * all
      for stride in sorted {
        rest -= stride.steps
        if rest <= 0 { return stride.each }
      }
      return sorted.last?.each
    }
    reading.stepSeconds = percentile(0.5)
    reading.stepSeconds95 = percentile(0.95)
    reading.stepSeconds99 = percentile(0.99)
    let end = strides.last?.end ?? 0
    let recent = strides.filter { $0.end > end - Self.windowSeconds }
    let seconds = recent.reduce(0) { $0 + $1.seconds }
    let steps = recent.reduce(0) { $0 + $1.steps }
    reading.stepsPerSecond = seconds > 0 ? steps / seconds : nil
    reading.stalled = reading.stepSeconds.flatMap { median in
      guard seconds > 0 else { return nil }
      let lost = recent.reduce(0) {
        $0 + max(0, $1.seconds - Self.stallMedians * median * $1.steps)
      }
      return Share(lost / seconds)
    }
    if let first = samples.first, let last = samples.last, last.time - first.time >= 1 {
      reading.samplesPerSecond = Double(last.count - first.count) / (last.time - first.time)
    }
  }
}
