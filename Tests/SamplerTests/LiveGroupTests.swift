import CLinux
import Glibc
import Host
import Model
import Testing

@testable import Sampler

/// Groups of the kernel's, against its own files read independently over the same seconds.
@Suite(.serialized, .enabled(if: LiveGroup.isPossible, "\(LiveGroup.need)"))
struct LiveGroupTests {
  private static let all = ["cpu", "cpuacct", "memory", "pids", "unified"]

  private func job(_ sample: Sample, _ group: LiveGroup) -> JobReading? {
    sample.jobs.first { $0.job.name.string == group.name }
  }

  /// A process that uses a core, in a group.
  private func burner(_ group: LiveGroup) -> LiveProcess? {
    LiveProcess(["sh", "-c", "while :; do :; done"], groups: group.entries)
  }

  private func sleep(_ seconds: Double) { usleep(UInt32(seconds * 1e6)) }

  @Test func coresAreThoseOfTheKernelsOwnCounter() throws {
    let group = try #require(LiveGroup("cores", in: Self.all))
    let process = try #require(burner(group))
    defer { process.end() }
    let sampler = Sampler(Sampler.Options())
    func counted() -> Double {
      Double(UInt64(group.read("cpuacct", "cpuacct.usage").dropLast()) ?? 0) / 1e9
    }
    let found = sampler.sample {
      job($0, group).map { $0.processes == 1 && $0.threads == 1 } ?? false
    }
    #expect(job(found, group)?.processes == 1)
    #expect(job(found, group)?.threads == 1)
    let first = try #require(job(sampler.sample(), group))
    let (before, start) = (counted(), Clock.now)
    sleep(2)
    let (after, end) = (counted(), Clock.now)
    let last = try #require(job(sampler.sample(), group))
    let cores =
      Double(try #require(last.cpu.usage) - (try #require(first.cpu.usage))) / 1e9
      / last.time.seconds(since: first.time)
    let truth = (after - before) / end.seconds(since: start)
    print("cores: \(cores) sampled, \(truth) counted")
    #expect(abs(cores - truth) <= truth * 0.03 + 0.005)
    #expect(first.job.source == .run)
  }

  @Test func throttlingIsThatOfTheQuota() throws {
    let group = try #require(LiveGroup("quota", in: Self.all))
    #expect(group.write("cpu", "cpu.cfs_quota_us", "20000"))
    let process = try #require(burner(group))
    defer { process.end() }
    let sampler = Sampler(Sampler.Options(interval: 0.2))
    func counted(_ word: String) -> UInt64 {
      LiveGroup.number(word, in: group.read("cpu", "cpu.stat")) ?? 0
    }
    // The limits are read first, the quota's counters from then on.
    _ = sampler.sample()
    sleep(0.2)
    let first = try #require(job(sampler.sample(), group))
    let (periods, throttled) = (counted("nr_periods"), counted("nr_throttled"))
    sleep(1.5)
    let last = try #require(job(sampler.sample(), group))
    let (laterPeriods, laterThrottled) = (counted("nr_periods"), counted("nr_throttled"))
    #expect(last.grant.cores == .at(Cores(0.2)))
    let sampled =
      try #require(last.cpu.throttledPeriods) - (try #require(first.cpu.throttledPeriods))
    let all = try #require(last.cpu.periods) - (try #require(first.cpu.periods))
    let share = Double(sampled) / Double(all)
    let truth = Double(laterThrottled - throttled) / Double(laterPeriods - periods)
    print("throttled: \(share) sampled, \(truth) counted, of \(all) periods")
    #expect(abs(share - truth) <= 0.1)
    #expect(share > 0.5)
  }

  @Test(.enabled(if: Live.hasPrograms, "needs python3"))
  func memoryOfAStillGroupIsExactToAPage() throws {
    let scripts = Scripts("still")
    let group = try #require(LiveGroup("memory", in: Self.all))
    #expect(group.write("memory", "memory.limit_in_bytes", "300M"))
    let process = try #require(
      LiveProcess(["python3", scripts.path("hold.py"), "64", "0"], groups: group.entries))
    defer { process.end() }
    func counted() -> [UInt64?] {
      let text = group.read("memory", "memory.stat")
      return ["total_rss", "total_cache", "total_shmem"].map { LiveGroup.number($0, in: text) }
    }
    let sampler = Sampler(Sampler.Options(interval: 0.2))
    var before: [UInt64?] = []
    let sample = sampler.sample { _ in
      defer { before = counted() }
      return before == counted() && before.first.map { ($0 ?? 0) > 64 << 20 } ?? false
    }
    #expect(counted() == before)
    let memory = try #require(job(sample, group)?.memory)
    let (rss, cache, shared) = (before[0] ?? 0, before[1] ?? 0, before[2] ?? 0)
    print("memory: \(memory.anonymous?.count ?? -1) sampled, \(rss) counted")
    #expect(abs((memory.anonymous?.count ?? 0) - Int64(rss)) <= 4096)
    #expect(abs((memory.shared?.count ?? 0) - Int64(shared)) <= 4096)
    #expect(abs((memory.file?.count ?? 0) - Int64(cache - shared)) <= 4096)
    #expect(memory.charged.map { $0 >= .mebi(64) } == true)
    #expect(job(sample, group)?.grant.memory == .at(.mebi(300)))
  }

  @Test func jobsAndOtherAreTheBox() throws {
    // All CPUs busy: between idle and work /proc/stat, which samples, errs by several percent.
    let group = try #require(LiveGroup("sum", in: Self.all))
    let cpus = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    let processes = (0..<cpus).compactMap { _ in burner(group) }
    defer { for process in processes { process.end() } }
    let sampler = Sampler(Sampler.Options())
    for _ in 0..<3 {
      _ = sampler.sample()
      sleep(0.2)
    }
    func box() -> Double {
      let fields = LiveGroup.read("/proc/stat").split(separator: "\n")[0].split(separator: " ")
      let ticks = [1, 2, 3, 6, 7].reduce(UInt64(0)) { $0 + (UInt64(fields[$1]) ?? 0) }
      return Double(ticks * Clock.tick) / 1e9
    }
    // What tests beside this one run in groups of their own, and wait for, is in the time of the
    // children of this process too: a window in which none of it ends will do.
    var isRight = false
    for _ in 0..<5 where !isRight {
      // Both are read on either side of a sample: what passes in between may count or not.
      let (before1, first, before2) = (box(), sampler.sample(), box())
      sleep(3)
      let (after1, last, after2) = (box(), sampler.sample(), box())
      let sum = try used(from: first, to: last)
      let stolen = Double((last.box.stolen ?? 0) - (first.box.stolen ?? 0)) / 1e9
      let (least, most) = (after1 - before2, after2 - before1)
      // Ticks of 10 ms, of which each CPU may be one behind at either end.
      let slack = stolen + 0.02 * Double(cpus)
      print(
        "box: \(sum) s in jobs and other, \(least) to \(most) s in /proc/stat, \(stolen) s stolen")
      isRight = sum >= least * 0.99 - slack && sum <= most * 1.01 + slack
    }
    #expect(isRight)
  }

  /// CPU time in the jobs that were there at both samples and in what is in no job, in seconds.
  private func used(from first: Sample, to last: Sample) throws -> Double {
    var sum = Double(try #require(last.other.usage) - (try #require(first.other.usage)))
    for job in last.jobs {
      guard let past = first.jobs.first(where: { $0.job.id == job.job.id }),
        let now = job.cpu.usage, let then = past.cpu.usage, now >= then
      else { continue }
      sum += Double(now - then)
    }
    return sum / 1e9
  }

  @Test func aGroupThatIsRemovedWhileItIsReadIsGone() throws {
    let group = try #require(LiveGroup("gone", in: Self.all))
    let sampler = Sampler(Sampler.Options(interval: 0.2))
    #expect(job(sampler.sample(), group) != nil)
    group.remove()
    for _ in 0..<3 { #expect(job(sampler.sample(), group) == nil) }
  }

  @Test func descriptorsAreGivenBackWhenGroupsComeAndGo() throws {
    let sampler = Sampler(Sampler.Options(interval: 0.2))
    _ = sampler.sample()
    for round in 0..<20 {
      let groups = try (0..<10).map { try #require(LiveGroup("flat-\(round)-\($0)", in: Self.all)) }
      let sample = sampler.sample()
      #expect(sample.jobs.filter { $0.job.name.string.contains("-flat-") }.count == groups.count)
      if round == 0 { #expect(Self.descriptors(naming: "-flat-") > 50) }
    }
    // Samplers of other tests find these groups too, and let them go with their next sample.
    _ = sampler.sample { _ in Self.descriptors(naming: "-flat-") == 0 }
    #expect(Self.descriptors(naming: "-flat-") == 0)
    #expect(sampler.groupJobs.filter { $0.group.contains("-flat-") }.isEmpty)
  }

  /// Descriptors of this process that are open on files whose path contains `word`.
  private static func descriptors(naming word: String) -> Int {
    var found = 0
    _ = DirectoryReader().forEach(at: "/proc/self/fd") { entry in
      var target = [CChar](repeating: 0, count: 512)
      let path = "/proc/self/fd/\(String(cString: entry.name))"
      let length = readlink(path, &target, target.count)
      let bytes = target.prefix(max(0, length)).map { UInt8(bitPattern: $0) }
      if String(decoding: bytes, as: UTF8.self).contains(word) { found += 1 }
    }
    return found
  }

  @Test(.enabled(if: Live.hasPrograms, "needs python3"))
  func hostileNamesAndStormsAreJustNamesAndNumbers() throws {
    let group = try #require(LiveGroup("hostile", in: Self.all))
    let script = #"""
      import os, time, ctypes
      libc = ctypes.CDLL(None)
      names = [b'\x1b[2J', b'a) R 1 1', b'\xff\xfe', b'a\nb', b'\xe2\x80\xae', b'))))', b' ', b'']
      for name in names:
          if os.fork() == 0:
              libc.prctl(15, name, 0, 0, 0)
              time.sleep(60)
              os._exit(0)
      end = time.time() + 60
      while time.time() < end:
          pid = os.fork()
          if pid == 0: os._exit(0)
          os.waitpid(pid, 0)
      """#
    let process = try #require(LiveProcess(["python3", "-c", script], groups: group.entries))
    defer { process.end() }
    let sampler = Sampler(Sampler.Options(interval: 0.2))
    let found = sampler.sample { (job($0, group)?.threads ?? 0) >= 9 }
    let id = try #require(job(found, group)?.job.id)
    let end = Clock.now.advanced(bySeconds: 60)
    let before = Self.forks
    var samples = 0
    while Self.forks - before <= 1000, Clock.now < end {
      let sample = sampler.sample(opened: id)
      #expect(job(sample, group) != nil)
      for process in sample.opened?.processes ?? [] {
        #expect(process.name.string.unicodeScalars.allSatisfy { $0.value >= 0x20 })
      }
      samples += 1
      sleep(0.05)
    }
    print("storm: \(Self.forks - before) processes, \(samples) samples")
    #expect(Self.forks - before > 1000)
  }

  /// Processes started since boot.
  private static var forks: UInt64 {
    LiveGroup.number("processes", in: LiveGroup.read("/proc/stat")) ?? 0
  }

  @Test func aThousandGroupsAreReadInOneSample() throws {
    let groups = try (0..<1000).map { try #require(LiveGroup("many-\($0)", in: ["cpuacct"])) }
    DescriptorLimit.raise()
    let sampler = Sampler(Sampler.Options())
    func timed() -> (sample: Sample, milliseconds: Double) {
      let before = Self.threadTime
      let sample = sampler.sample()
      return (sample, (Self.threadTime - before) * 1e3)
    }
    let (first, second, third) = (timed(), timed(), timed())
    let another = try #require(LiveGroup("many-more", in: ["cpuacct"]))
    let changed = timed()
    print(
      "1,000 groups: \(first.milliseconds) ms to find, \(second.milliseconds) and "
        + "\(third.milliseconds) ms a sample, \(changed.milliseconds) ms when one has come")
    // By name, not by count: other tests' groups and trees come and go meanwhile.
    for group in groups { #expect(job(second.sample, group) != nil) }
    #expect(job(second.sample, another) == nil)
    #expect(job(changed.sample, another) != nil)
    another.remove()
  }

  /// CPU time of this thread in seconds.
  private static var threadTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
