import Model

/// Rates of the opened job's processes, whose readings come when somebody opens it as well as with
/// each sample.
struct OpenedRates {
  /// A reading that later ones are compared with, and the rates that it gave.
  private struct Known {
    var reading: ProcessReading
    var used: Cores?
    var io = IOMoment()
  }

  private var id: JobID?
  private var known: [Int32: Known] = [:]

  /// Processes' times are counted in hundredths of a second: over less than this a rate says little.
  private static let leastSeconds = 0.2

  /// The processes with their rates; a reading that comes too soon after the last keeps that one's.
  mutating func rates(of now: OpenedJob) -> OpenedMoment {
    if id != now.id {
      id = now.id
      known = [:]
    }
    var next: [Int32: Known] = [:]
    var moment = OpenedMoment(id: now.id, processes: [])
    moment.processes.reserveCapacity(now.processes.count)
    for reading in now.processes {
      let current = Self.known(reading, after: known[reading.pid])
      next[reading.pid] = current
      var process = ProcessMoment(reading: reading)
      process.used = current.used
      process.io = current.io
      moment.processes.append(process)
    }
    known = next
    return moment
  }

  private static func known(_ reading: ProcessReading, after last: Known?) -> Known {
    guard let last, last.reading.start == reading.start else { return Known(reading: reading) }
    let seconds = reading.time.seconds(since: last.reading.time)
    guard seconds >= leastSeconds else { return last }
    return Known(
      reading: reading, used: Rates.cores(reading.usage, last.reading.usage, seconds),
      io: Rates.io(reading.io, last.reading.io, seconds))
  }
}
