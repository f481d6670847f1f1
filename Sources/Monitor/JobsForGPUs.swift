package import GPU
import Host
package import Model
package import Sampler

/// Tells GPUs which processes jobs have, as far as their drivers need it.
package struct JobsForGPUs {
  /// The jobs that processes were listed of, and when.
  private var listed: (jobs: [JobID], at: Instant)?

  package init() {}

  /// Processes come and go in a job; new ones are found by the drivers' own look at all of them.
  private static let everySeconds = 5.0
  /// Processes that are looked at with each reading: each costs a look at its files.
  private static let mostCandidates = 256

  /// After each sample.
  package mutating func tell(_ gpus: GPUMonitor, of sample: Sample, from sampler: Sampler) {
    switch gpus.needs {
    case .nothing: return
    case .holders(let names):
      var holders: [SafeText: [Int32]] = [:]
      for reading in sample.jobs where names.contains(reading.job.name) {
        if holders[reading.job.name] == nil {
          holders[reading.job.name] = sampler.pids(of: reading.job.id)
        }
      }
      gpus.setHolders(holders)
    case .candidates:
      let jobs = sample.jobs.map(\.job.id)
      if let listed, listed.jobs == jobs,
        sample.time.seconds(since: listed.at) < Self.everySeconds
      {
        return
      }
      listed = (jobs, sample.time)
      var candidates: [Int32] = []
      for job in jobs where candidates.count < Self.mostCandidates {
        candidates += sampler.pids(of: job) ?? []
      }
      gpus.setCandidates(Array(candidates.prefix(Self.mostCandidates)))
    }
  }
}
