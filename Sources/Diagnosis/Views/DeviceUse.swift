import Model

/// What one job has of one device.
struct DeviceUse: Sendable {
  /// Of the device among the moment's.
  var position: Int
  /// Its part of the device's memory and of its time; nil where the driver does not tell.
  var memory: Double?
  var share: Double?
  /// Since when it has computed nothing there.
  var quietSince: Instant?
  /// How many jobs have it.
  var holders = 1
  /// It holds a context there and its budget names other devices.
  var isOutsideBudget = false
}
