import CLinux
import Glibc
import Host
import Model
import Sampler

/// The sampler by itself, as the program runs it: one sample an interval, and what they cost.
///
/// `SamplerBenchmark [SAMPLES] [SECONDS] [WARM]`; the first WARM samples are not counted: discovery,
/// and everything that is new looked at several times. Prints one JSON object with the same keys as reference.c.
@main struct SamplerBenchmark {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst().map { Double($0) ?? 0 }
    let samples = Int(arguments.first ?? 30)
    let interval = arguments.dropFirst().first ?? 1
    let warm = Int(arguments.dropFirst(2).first ?? 12)
    let sampler = Sampler(Sampler.Options(interval: interval))
    var deadline = Clock.now
    func next() -> Sample {
      deadline = deadline.advanced(bySeconds: interval)
      sleep(until: deadline)
      return sampler.sample()
    }
    var first = next()
    for _ in 1..<warm { first = next() }
    var ticks: UInt64 = 0
    var last = first
    let before = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
    for _ in 0..<samples {
      deadline = deadline.advanced(bySeconds: interval)
      sleep(until: deadline)
      let began = nanoseconds(CLOCK_THREAD_CPUTIME_ID)
      last = sampler.sample()
      ticks += nanoseconds(CLOCK_THREAD_CPUTIME_ID) - began
    }
    let all = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before
    report(
      tick: Double(ticks) / 1e3 / Double(samples), process: Double(all) / 1e3 / Double(samples),
      first: first, last: last)
  }

  private static func report(tick: Double, process: Double, first: Sample, last: Sample) {
    let seconds = last.time.seconds(since: first.time)
    var cores = 0.0
    for job in last.jobs {
      let then = first.jobs.first { $0.job.id == job.job.id }?.cpu.usage
      if let now = job.cpu.usage, let then { cores += Double(now &- then) / 1e9 / seconds }
    }
    let processes = last.jobs.reduce(0) { $0 + ($1.processes ?? 0) }
    let memory = last.jobs.reduce(Int64(0)) { sum, job in
      let parts = [job.memory.anonymous, job.memory.shared, job.memory.kernel].compactMap { $0 }
      return sum + (job.memory.proportional?.count ?? parts.reduce(0) { $0 + $1.count })
    }
    print(
      "{\"tick_us\": \(tick), \"process_us\": \(process), \"jobs\": \(last.jobs.count), "
        + "\"processes\": \(processes), \"cores\": \(cores), \"memory\": \(memory)}")
  }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func sleep(until deadline: Instant) {
    var time = timespec(
      tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
      tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }
}
