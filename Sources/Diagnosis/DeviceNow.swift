import Model

/// The numbers of one device in one moment, with what follows from its recent past.
struct DeviceNow: Sendable {
  var index = 0
  /// An instance of a device: the power it is told is that of the whole.
  var isInstance = false
  var answers = false
  /// Over the last ten seconds, then at the last look.
  var busy: Double?
  var busyNow: Double?
  /// The part of its units that worked.
  var units: Double?
  var power: Double?
  /// Of its limit.
  var powerShare: Double?
  /// The power that it mostly takes while it is busy.
  var usualPower: Double?
  var clock: Double?
  /// What is used of its memory.
  var filled: Double?
  /// The part of the time for which each held its clocks back.
  var heldByPower: Double?
  var heldByHeat: Double?
  var heldByBrake: Double?
  var idleSince: Instant?
  var isIdle: Bool?
  var node: Int?
}
