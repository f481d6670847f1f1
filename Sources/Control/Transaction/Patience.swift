/// How long a transaction waits, in seconds.
struct Patience: Sendable, Hashable {
  /// For one write: a memory limit that blocks longer is interrupted and read back.
  var write = 5.0
  /// For memory to be reclaimed before a limit is lowered.
  var reclaim = 60.0
  /// For a value that was written to be in force.
  var settle = 0.2
}
