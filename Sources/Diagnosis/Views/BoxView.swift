import Model

/// What rules see of the box in one moment.
final class BoxView {
  var time = Instant(nanoseconds: 0)
  /// Of the interval.
  var seconds = 0.0
  var box = BoxMoment()
  /// All jobs, for naming the one that is in the way; empty outside of a diagnosis.
  var jobs: [JobMoment] = []
  /// All devices, in the moment's order.
  var devices: [DeviceNow] = []
  /// Cores that are used in no job.
  var otherUsed = 0.0

  var cores: Double { box.cores.value }
}
