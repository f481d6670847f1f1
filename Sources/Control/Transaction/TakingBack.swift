import Glibc
import Model

/// Writes what was there before, step by step in reverse.
struct TakingBack {
  let places: any PlaceAccess
  let writer: Writer
  let patience: Patience
  /// What could not be taken back.
  private(set) var failures: [Step.Subject: ChangeFailure] = [:]
  /// Values that are neither what was there before nor what was written: somebody else's, left alone.
  private(set) var foreign: [Step.Subject: String] = [:]
  private(set) var notes: [String] = []

  init(places: any PlaceAccess, writer: Writer, patience: Patience) {
    self.places = places
    self.writer = writer
    self.patience = patience
  }

  /// - Parameter evenIfForeign: also where a value is not what the step wrote: right after the
  ///   write, while nobody else may.
  mutating func run(_ steps: [Step], evenIfForeign: Bool) {
    let net = steps.net
    var isDone: Set<Step.Subject> = []
    for step in steps.reversed() as [Step] where !isDone.contains(step.subject) {
      let now: String
      do throws(ChangeFailure) { now = try places.read(step.place, like: step.before) } catch {
        // With the job its limits are gone too: there is nothing to take back.
        if !error.saysThatItIsGone { failures[step.subject] = error }
        isDone.insert(step.subject)
        continue
      }
      if let first = net[step.subject]?.before,
        ControlFile.means(now, first, file: step.place.file)
      {
        isDone.insert(step.subject)
        continue
      }
      if step.isBefore(now) { continue }
      if !evenIfForeign, !step.isAfter(now) {
        foreign[step.subject] = now
        isDone.insert(step.subject)
        continue
      }
      if let failure = write(step.reversed) { failures[step.subject] = failure }
    }
  }

  private mutating func write(_ step: Step) -> ChangeFailure? {
    var step = step
    switch writer.write(
      step.after, to: step.place, seconds: patience.write, isWanted: { _ in true })
    {
    case .failed(let failure):
      guard failure.errno == ENOSPC, step.after.isEmpty, let all = parentCPUs(of: step.place) else {
        return failure
      }
      // The kernel does not empty the core set of a running job; all that the group above has is
      // the same in force.
      step.after = all
      notes.append(
        "\(step.place.file) says \(all) instead of nothing, which is the same: the kernel does not empty it while the job runs."
      )
      if case .failed(let failure) = writer.write(
        all, to: step.place, seconds: patience.write, isWanted: { _ in true })
      {
        return failure
      }
    case .late, .left, .done: break
    }
    return Verification(places: places, patience: patience).failure(of: step)
  }

  private func parentCPUs(of place: Place) -> String? {
    guard case .file(let directory, _, "cpuset.cpus") = place,
      let slash = directory.utf8.lastIndex(of: UInt8(ascii: "/"))
    else { return nil }
    return GroupFiles().effectiveCPUs(String(directory[..<slash]))?.description
  }
}
