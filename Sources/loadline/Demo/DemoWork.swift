import CLinux
import Glibc
import Host
import Sampler

/// One of the demo's workloads. They are real: they burn, allocate, read and wait.
nonisolated enum DemoWork: String, CaseIterable, Sendable {
  /// Computes about two thirds of the time on one core.
  case steady
  /// Two threads that always want a core each, under a quota of half a core.
  case throttled
  /// Grows towards its memory limit and stays near it.
  case hoarder
  /// Reads a file again and again past the page cache.
  case reader
  /// Holds memory and does nothing.
  case idle

  /// The limits it is started with, as `loadline run` takes them: less than two cores in all, so that
  /// there is something free to give on any box.
  var options: [String] {
    switch self {
    case .steady: ["--cores", "0.8", "--memory", "256MiB", "--tag", "kind=compute"]
    case .throttled: ["--cores", "0.3", "--memory", "256MiB", "--tag", "kind=compute"]
    case .hoarder: ["--memory", "320MiB", "--tag", "kind=memory"]
    case .reader: ["--cores", "0.4", "--memory", "128MiB", "--tag", "kind=io"]
    case .idle: ["--cores", "0.3", "--memory", "512MiB", "--tag", "kind=idle"]
    }
  }

  /// Works until it is ended, or until the demo that started it is gone: now, or before this began.
  func run(demo: Int32) -> Never {
    _ = ll_set_parent_death_signal(SIGKILL)
    if getppid() != demo { exit(0) }
    switch self {
    case .steady: burn(share: 0.65)
    case .throttled:
      _ = DetachedThread.start(name: "burner") { Self.throttled.burn(share: 1) }
      burn(share: 1)
    case .hoarder: hoard(to: 280 << 20, perSecond: 24 << 20)
    case .reader: readForEver(fileOf: 96 << 20)
    case .idle: hoard(to: 160 << 20, perSecond: 160 << 20)
    }
  }

  private func burn(share: Double) -> Never {
    var value = 1.0
    while true {
      let begin = Self.now
      let end = begin + UInt64(1e8 * share)
      while Self.now < end {
        for step in 1...2000 { value = value * 0.999 + 1 / Double(step) }
      }
      // The value leaves the loop so that the work cannot be optimised away.
      if value == 0 { exit(1) }
      if share < 1 { usleep(UInt32(1e5 * (1 - share))) }
    }
  }

  private func hoard(to limit: Int, perSecond: Int) -> Never {
    let page = 4096
    let memory = UnsafeMutableRawPointer.allocate(byteCount: limit, alignment: page)
    var touched = 0
    while touched < limit {
      let end = min(limit, touched + perSecond / 10)
      while touched < end {
        let value = UInt8(truncatingIfNeeded: touched >> 12 | 1)
        memory.storeBytes(of: value, toByteOffset: touched, as: UInt8.self)
        touched += page
      }
      usleep(100_000)
    }
    while true { sleep(3600) }
  }

  /// The file has no name any more when reading begins: nothing of it is left behind.
  private func readForEver(fileOf size: Int) -> Never {
    var name = Array("/var/tmp/loadline-demo-XXXXXX".utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else {
      while true { sleep(3600) }
    }
    unlink(name)
    let chunk = UnsafeMutableRawPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    memset(chunk, 0x5A, 1 << 20)
    for _ in 0..<(size >> 20) { _ = write(file, chunk, 1 << 20) }
    fsync(file)
    while true {
      lseek(file, 0, SEEK_SET)
      posix_fadvise(file, 0, 0, Int32(POSIX_FADV_DONTNEED))
      while read(file, chunk, 1 << 20) > 0 { usleep(8000) }
    }
  }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
