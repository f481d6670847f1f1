import Host
import Model

/// Seconds that only ever grow (`CLOCK_MONOTONIC`).
enum Now {
  static var monotonic: Double { Double(Clock.now.nanoseconds) / 1e9 }
}
