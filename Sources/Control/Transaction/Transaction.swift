import Glibc
import Model

/// Makes the changes of a plan one by one, or takes all of them back.
///
/// Nothing is decided here: the steps are known before the first is made, and in the journal.
struct Transaction {
  let places: any PlaceAccess
  let writer: Writer
  let patience: Patience
  /// Whether somebody has called it off.
  let isAbandoned: @Sendable () -> Bool
  /// Told about every step forwards, and every 50 ms while a write blocks.
  let progress: (TransactionReport) -> Void

  private(set) var report: TransactionReport
  private let changes: [JournalChange]
  /// The steps whose write was begun, in order.
  private var begun: [Step] = []
  /// A driver holds on to a write: what is taken back may be written after all.
  private var mayStillBeWritten = false

  init(
    _ id: TransactionID, _ changes: [JournalChange], places: any PlaceAccess, patience: Patience,
    isAbandoned: @escaping @Sendable () -> Bool, progress: @escaping (TransactionReport) -> Void
  ) {
    self.changes = changes
    self.places = places
    writer = Writer(places)
    self.patience = patience
    self.isAbandoned = isAbandoned
    self.progress = progress
    report = TransactionReport(
      id: id, outcome: .running,
      changes: changes.map { TransactionReport.Progress(change: $0.change) })
  }

  private enum Stop: Error {
    case failed(ChangeFailure)
    case abandoned
  }

  /// Applies everything, or takes everything back.
  ///
  /// Once a decrease has failed the other decreases are still made, so that the box is not fuller
  /// than before at any moment, but no increase; then all of it is taken back in reverse.
  mutating func run() {
    var hasFailed = false
    var wasAbandoned = false
    for index in changes.indices {
      let mayBegin = !hasFailed || changes[index].change.isDecrease
      guard mayBegin, !wasAbandoned, !isAbandoned() else {
        wasAbandoned = wasAbandoned || isAbandoned()
        report.changes[index].state = .notBegun
        continue
      }
      do throws(Stop) {
        for step in changes[index].steps { try make(step, of: index) }
        // What the kernel made of it is read once, at the end.
        report.changes[index].state = .verified(actual: changes[index].change.to)
      } catch {
        switch error {
        case .failed(let failure):
          hasFailed = true
          report.changes[index].state = .failed(failure)
        case .abandoned: wasAbandoned = true
        }
      }
      progress(report)
    }
    if hasFailed || wasAbandoned {
      if wasAbandoned { report.notes.append("It was called off.") }
      takeBack()
    } else {
      report.outcome = .applied
    }
  }

  /// Takes back what was begun, in reverse order.
  private mutating func takeBack() {
    var back = TakingBack(places: places, writer: writer, patience: patience)
    back.run(begun, evenIfForeign: true)
    for index in changes.indices {
      switch report.changes[index].state {
      case .verified, .writing: report.changes[index].state = .takenBack
      case .waiting: report.changes[index].state = .notBegun
      default: break
      }
      if let failure = changes[index].steps.lazy.compactMap({ back.failures[$0.subject] }).first {
        report.changes[index].state = .failed(failure)
      }
    }
    report.notes += back.notes
    report.outcome = back.failures.isEmpty && !mayStillBeWritten ? .rolledBack : .stuck
  }

  // MARK: One step

  private mutating func make(_ step: Step, of index: Int) throws(Stop) {
    report.changes[index].state = .writing(seconds: 0)
    progress(report)
    if step.before == step.after {
      let now: String
      do throws(ChangeFailure) { now = try places.read(step.place, like: step.after) } catch {
        throw .failed(error)
      }
      // Writing a quota anew would have effects of its own; what is there stays.
      if step.isAfter(now) { return }
    }
    if case .reclaim(let bytes) = step.preparation { try reclaim(to: bytes, for: step, of: index) }
    begun.append(step)
    let outcome = write(step.after, to: step.place, of: index)
    if case .left = outcome, step.isOfDriver { mayStillBeWritten = true }
    switch outcome {
    case .done: break
    case .failed(let failure): throw .failed(failure)
    case .late, .left:
      if isAbandoned(), !mayStillBeWritten { throw .abandoned }
      // A memory limit is in force before the kernel begins to reclaim.
      guard step.mayBlock, let now = try? places.read(step.place, like: step.after),
        step.isAfter(now)
      else {
        throw .failed(
          ChangeFailure(
            .notNow,
            "\(step.isOfDriver ? "The driver" : "The kernel") did not take \(step.words) for \(step.place) within \(short(patience.write)) seconds"
              + (mayStillBeWritten ? ", and may do so yet: look again when it answers." : ".")
          ))
      }
      report.notes.append(
        step.isOfDriver
          ? "\(step.place) is \(step.words) from now on, but the driver has not come back from it."
          : "\(step.place) is \(step.after) from now on; the kernel is still reclaiming.")
    }
    if let failure = Verification(places: places, patience: patience).failure(of: step) {
      throw .failed(failure)
    }
  }

  private mutating func write(
    _ text: String, to place: Place, of index: Int
  ) -> Writer.Outcome {
    var report = report
    let progress = progress
    let isAbandoned = isAbandoned
    return writer.write(text, to: place, seconds: patience.write) { seconds in
      report.changes[index].state = .writing(seconds: seconds)
      progress(report)
      return !isAbandoned()
    }
  }

  /// Reclaims in chunks of a twentieth while the job does not suffer, until it uses at most so much.
  private mutating func reclaim(
    to bytes: Int64, for step: Step, of index: Int
  ) throws(Stop) {
    let start = Now.monotonic
    var pressure = MemoryPressure()
    var refusal: ChangeFailure?
    while true {
      let use = try usage(of: step.place)
      if use <= bytes { return }
      if isAbandoned() { throw .abandoned }
      let passed = Now.monotonic - start
      guard passed < patience.reclaim else {
        throw .failed(
          ChangeFailure(
            .notNow,
            "After \(short(patience.reclaim.rounded())) seconds it still uses \(shortBytes(use)): the limit would have it killed."
              + (refusal.map { " \($0.sentence)" } ?? "")))
      }
      report.changes[index].state = .writing(seconds: passed)
      progress(report)
      let isCalm = pressure.share(places.effective("memory.pressure", of: step.place)) < 0.05
      if isCalm, let place = step.place.beside("memory.reclaim") {
        let chunk = max(min(use - bytes, max(bytes, use) / 20), 4096)
        // What it could not reclaim now it may later: EAGAIN. Older kernels have no such file, and
        // memory.high does it alone.
        let outcome = writer.write("\(chunk)", to: place, seconds: patience.write) {
          [isAbandoned] _ in !isAbandoned()
        }
        if case .failed(let failure) = outcome, ![EAGAIN, ENOENT].contains(failure.errno) {
          refusal = failure
        }
      }
      if try usage(of: step.place) >= use { usleep(50_000) }
    }
  }

  /// What is not known is not taken for reclaimed.
  private func usage(of place: Place) throws(Stop) -> Int64 {
    let content = places.effective("memory.current", of: place)
    guard let use = content.flatMap({ Int64(ControlFile.trimmed($0)) }) else {
      throw .failed(
        ChangeFailure(
          .failed, "What the job uses cannot be read, so \(place) is not lowered: it may be killed."
        ))
    }
    return use
  }
}

/// The share of time in which something in a group waited for memory, from one look to the next.
struct MemoryPressure {
  private var last: (total: Double, time: Double)?

  /// - Parameter content: of `memory.pressure`: `some avg10=… total=MICROSECONDS`.
  mutating func share(_ content: String?) -> Double {
    let line = content?.split(separator: "\n").first { $0.hasPrefix("some ") }
    guard let word = line?.split(separator: " ").last, word.hasPrefix("total="),
      let total = Double(word.dropFirst(6))
    else { return 0 }
    let now = Now.monotonic
    defer { last = (total, now) }
    guard let last, now > last.time else { return 0 }
    return (total - last.total) / 1e6 / (now - last.time)
  }
}
