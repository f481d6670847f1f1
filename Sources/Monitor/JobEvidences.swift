import Glibc
import Model

/// What rules need of a job beyond its gauges, from two of its readings.
enum JobEvidences {
  private static let pageSize = Bytes(Int64(sysconf(Int32(_SC_PAGESIZE))))

  /// Rates are nil without a reading before.
  static func evidence(_ now: JobReading, after before: JobReading?) -> JobEvidence {
    var evidence = JobEvidence()
    evidence.pageSize = pageSize
    evidence.started = now.started
    evidence.throttlingAncestor = now.cpu.throttlingAncestor
    evidence.inherited = now.inherited
    guard let before else { return evidence }
    let seconds = now.time.seconds(since: before.time)
    let (memory, old) = (now.memory, before.memory)
    func rate(_ now: UInt64?, _ before: UInt64?) -> Double? {
      Rates.perSecond(now, before, seconds)
    }
    evidence.anonymousRefaults = rate(memory.anonymousRefaults, old.anonymousRefaults)
    evidence.fileRefaults = rate(memory.fileRefaults, old.fileRefaults)
    evidence.swapIns = rate(memory.swapIns, old.swapIns)
    evidence.highEvents = rate(memory.highEvents, old.highEvents)
    evidence.calledReads = rate(now.io.called, before.io.called).map { ByteRate($0) }
    return evidence
  }
}
