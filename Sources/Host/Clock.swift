import CLinux
import Glibc
package import Model

/// Time as the kernel counts it.
package enum Clock {
  /// Now on `CLOCK_MONOTONIC`.
  package static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  /// Seconds since 1970.
  package static var wall: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Microseconds since 1970: what NVIDIA's driver stamps its samples with.
  package static var wallMicroseconds: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
  }

  /// Nanoseconds since boot, suspend included: what a process's start time counts.
  package static var sinceBoot: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Nanoseconds in one clock tick of /proc (`USER_HZ`, 100 a second on Linux's usual builds).
  package static let tick: UInt64 = 1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
}
