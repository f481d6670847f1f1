/// Quota and period of a cgroup of v1, in microseconds. Only together they say how many cores it has,
/// so they are one value here, `QUOTA PERIOD` as in v2's `cpu.max`, though the kernel has two files.
struct LegacyQuota: Sendable, Hashable {
  static let file = "cpu.cfs_quota_us"
  static let periodFile = "cpu.cfs_period_us"

  /// -1 is no quota.
  var quota: Int64
  var period: Int64

  init(quota: Int64?, period: Int64) {
    self.quota = quota ?? -1
    self.period = period
  }

  /// Reads ``text``; nil for everything else, such as a quota alone.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, let quota = Int64(words[0]), let period = Int64(words[1]), period > 0
    else { return nil }
    self.init(quota: quota, period: period)
  }

  var text: String { "\(quota) \(period)" }

  /// One file and what is written there.
  struct Write: Sendable, Hashable {
    var file: String
    var text: String
  }

  /// The writes that lead here from what is there now; none where it is so already.
  ///
  /// Where both change, the one comes first that grants less in between: the kernel refuses more than
  /// the group above has, and nobody is to have more than before or after.
  func writes(from now: LegacyQuota) -> [Write] {
    let first = Write(file: Self.periodFile, text: "\(period)")
    let second = Write(file: Self.file, text: "\(quota)")
    if quota == now.quota { return period == now.period ? [] : [first] }
    if period == now.period { return [second] }
    // Without a quota the period means nothing: it changes while there is none.
    if now.quota < 0 { return [first, second] }
    if quota < 0 { return [second, first] }
    let periodFirst = Double(now.quota) / Double(period)
    let quotaFirst = Double(quota) / Double(now.period)
    return periodFirst <= quotaFirst ? [first, second] : [second, first]
  }
}
