import Glibc
import Model

/// Time as drivers and the kernel count it.
enum Clock {
  /// Now on `CLOCK_MONOTONIC`.
  static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  /// Microseconds since 1970: what NVIDIA's driver stamps its samples with.
  static var wallMicroseconds: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
  }
}
