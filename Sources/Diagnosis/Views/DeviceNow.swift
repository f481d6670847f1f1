import Model

/// The numbers of one device in one moment, with what follows from its recent past.
///
/// Without references, so that rules can look at it as often as they like.
struct DeviceNow: Sendable {
  var index = 0
  /// An instance of a device: the power it is told is that of the whole.
  var isInstance = false
  var node: Int?
  var answers = false
  var isLost = false
  /// Over the last ten seconds.
  var busy: Double?
  /// The part of its units that worked.
  var units: Double?
  /// Watts: now, what it may take, what it might without anybody's doing, and what it mostly takes
  /// while it works.
  var power: Double?
  var powerLimit: Double?
  var powerLimitDefault: Double?
  var usualPower: Double?
  /// MHz: now, and the most.
  var clock: Double?
  var clockMost: Double?
  /// What is used of its memory.
  var filled: Double?
  /// The part of the time for which each held its clocks back.
  var heldByPower: Double?
  var heldByHeat: Double?
  var heldByBrake: Double?
  var isIdle: Bool?
  var idleSince: Instant?
  var idleIsSinceBeginning = false
  var idleHour: Double?
  var idleDay: Double?
  var errorNumber: UInt64?
  var errorAt: Instant?
  var rowsFailed = false
  var rowsPending = false

  var powerShare: Double? {
    guard let power, let powerLimit, powerLimit > 0 else { return nil }
    return power / powerLimit
  }
}
