import Glibc
import Host
import Model

@testable import Sampler

extension FakeBox {
  /// The box's own files: `cpus` CPUs, 16 GiB of which half is free.
  func writeBox(cpus: Int = 4, usage: UInt64 = 1000, hasPressure: Bool = true) {
    let lines = (0..<cpus).map { "cpu\($0) 1 0 0 1 0 0 0 0 0 0\n" }.joined()
    write("/proc/stat", "cpu  \(usage) 0 0 9000 0 0 0 0 0 0\n\(lines)intr 0\n")
    write(
      "/proc/meminfo",
      "MemTotal: 16777216 kB\nMemFree: 8388608 kB\nBuffers: 0 kB\nCached: 1048576 kB\n"
        + "Shmem: 0 kB\nSReclaimable: 0 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n")
    if hasPressure {
      for kind in ["cpu", "memory", "io"] {
        write("/proc/pressure/\(kind)", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")
      }
    }
    write("/etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n")
    write("/proc/sys/kernel/hostname", "box\n")
  }

  /// Mounts hierarchies: v2 for `2`, else a v1 hierarchy of the controllers named.
  func mount(_ hierarchies: [String]) {
    var lines = ""
    for (number, name) in hierarchies.enumerated() {
      let point = name == "2" && hierarchies.count == 1 ? "/cg" : "/cg/\(name)"
      let type = name == "2" ? "cgroup2 cgroup2 rw" : "cgroup cgroup rw,\(name)"
      lines += "\(30 + number) 23 0:\(40 + number) / \(point) rw,relatime - \(type)\n"
      make(point)
      if name != "2" { write("\(point)/release_agent", "\n") }
    }
    write("/proc/self/mountinfo", lines)
  }

  /// A group of a pure v2 hierarchy at `/cg`. Usage in microseconds, memory in bytes.
  func group(
    _ path: String, processes: [Int32] = [], usage: UInt64 = 0, anonymous: UInt64? = 0,
    _ files: [String: String] = [:]
  ) {
    let directory = path == "/" ? "/cg" : "/cg\(path)"
    write("\(directory)/cgroup.procs", processes.map { "\($0)\n" }.joined())
    write("\(directory)/cgroup.threads", processes.map { "\($0)\n" }.joined())
    write(
      "\(directory)/cpu.stat",
      "usage_usec \(usage)\nnr_periods 10\nnr_throttled 3\nthrottled_usec 1\n")
    if let anonymous {
      write(
        "\(directory)/memory.stat",
        "anon \(anonymous)\nfile 0\nkernel 0\nshmem 0\nunevictable 0\nslab_reclaimable 0\n")
      if path != "/" { write("\(directory)/memory.current", "\(anonymous)\n") }
    }
    for (name, text) in files { write("\(directory)/\(name)", text) }
  }

  /// A sampler of this box. An interval of ten seconds makes it everybody's turn in every sample.
  func sampler(interval: Double = 10, _ declarations: [JobDeclaration] = []) -> Sampler {
    Sampler(Sampler.Options(roots: roots, declarations: declarations, interval: interval))
  }
}

extension Sampler {
  /// Samples until `condition` holds, for answers that come from another thread; the last sample
  /// after a minute. `change` is done to the box before each.
  func sample(
    changing change: () -> Void = {}, until condition: (Sample) -> Bool
  ) -> Sample {
    let end = Clock.now.advanced(bySeconds: 60)
    while true {
      change()
      let sample = sample()
      if condition(sample) || Clock.now > end { return sample }
      usleep(2000)
    }
  }

  /// Samples until there is a job of this name.
  func sample(changing change: () -> Void = {}, untilJob name: String) -> JobReading? {
    sample(changing: change) { $0.jobs.contains { $0.job.name.string == name } }.jobs
      .first { $0.job.name.string == name }
  }
}

extension Sample {
  /// Names of the jobs, sorted.
  var names: [String] { jobs.map(\.job.name.string).sorted() }
}
