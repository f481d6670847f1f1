package import Model
import Planner

/// The cursor, the selected seats and the letters of the Cores view.
package struct CoresState: Sendable {
  /// The CPU at the cursor; nil until the box was read.
  package internal(set) var cursor: Int?
  package internal(set) var selected = CPUSet()
  /// Where a range begins that ends at the cursor.
  package internal(set) var anchor: Int?
  package internal(set) var scroll = Scroll()
  /// Letters of the jobs with a core set, as positions in ``alphabet``: a job keeps its letter.
  package private(set) var letters: [JobID: Int] = [:]

  static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".unicodeScalars)

  func letter(_ id: JobID) -> Unicode.Scalar {
    guard let number = letters[id], number < Self.alphabet.count else { return "?" }
    return Self.alphabet[number]
  }

  /// Gives every holder of a core set a letter, and takes back those of jobs that ended.
  mutating func take(_ holders: [JobID], _ box: BoxMoment) {
    letters = letters.filter { holders.contains($0.key) }
    for id in holders where letters[id] == nil {
      let taken = Set(letters.values)
      letters[id] = (0...).first { !taken.contains($0) }
    }
    if cursor.map({ !box.cpus.contains($0) }) ?? true { cursor = box.cpus.numbers.first }
    selected = selected.intersection(box.cpus)
    if let start = anchor, !box.cpus.contains(start) { anchor = nil }
  }
}

/// Who holds which seats: jobs with a core set narrower than the box.
struct SeatHolders {
  struct Holder {
    var job: JobMoment
    var cpus: CPUSet
  }
  private(set) var holders: [Holder] = []

  /// With the draft, or without it as things are.
  init(_ moment: Moment, draft: Draft?, controls: [JobID: JobControl]) {
    for job in moment.jobs {
      let value = draft?[job.id, .cpus] ?? job.present(.cpus, controls[job.id])
      guard case .cpus(let cpus) = value, !cpus.isEmpty, !moment.box.cpus.isSubset(of: cpus) else {
        continue
      }
      holders.append(Holder(job: job, cpus: cpus))
    }
  }

  /// The holders of one CPU, as positions.
  func holders(of cpu: Int) -> [Int] { holders.indices.filter { holders[$0].cpus.contains(cpu) } }

  func cpus(of job: JobID) -> CPUSet? { holders.first { $0.job.id == job }?.cpus }
}
