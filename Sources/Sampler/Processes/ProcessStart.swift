import Host
import Model

extension Instant {
  /// When a process began that began so many clock ticks after boot (field 22 of proc_pid_stat(5)).
  ///
  /// The kernel counts those while the box is suspended too, instants do not.
  init(ticksAfterBoot ticks: UInt64) {
    let now = Clock.now.nanoseconds
    let sinceBoot = Clock.sinceBoot
    let age =
      sinceBoot - min(sinceBoot, ticks.multipliedReportingOverflow(by: Clock.tick).partialValue)
    self.init(nanoseconds: now - min(now, age))
  }
}
