import Model

/// How closely the processes in no job are looked at.
///
/// None of them can be worth a row while all that is in no job uses less than half of what makes one,
/// and holds no more than it did: then they are passed over, but for now and then. Of any box that is
/// left to its jobs that is true all day, and thousands of processes cost next to nothing.
struct Attention {
  /// They use enough, together, for one of them to be worth a row; so it is taken to be until it is
  /// known.
  private(set) var isAwake = true
  /// It has begun just now: everything is to be looked at once, as what is remembered of it is old.
  private(set) var isWaking = false
  private var last: (usage: UInt64, time: Instant)?
  /// What was held when they were last awake.
  private var held: Bytes?
  private var quiet = 0

  /// So long usage is averaged: counters of processes have hundredths of a second.
  static let windowSeconds = 5.0
  /// After so many quiet windows in a row nobody is awake: a whole pass at least.
  static let quietWindows = 3
  /// Memory that grows by less may go unnoticed until the next slow pass.
  static let growth = Bytes(256 << 20)
  /// How many times longer a pass takes while nobody is awake.
  static let slowdown = 6.0

  /// The part of all processes that a sample looks at, where a pass takes so many samples.
  func part(pass: Double) -> Double {
    if isWaking { return 1 }
    return isAwake ? 1 / pass : 1 / (pass * Self.slowdown)
  }

  /// Takes in what is in no job now; `worth` is the cores that make a job.
  mutating func note(_ other: OtherReading, worth: Double) {
    isWaking = false
    guard let usage = other.usage else { return wake() }
    guard let before = last, usage >= before.usage else {
      last = (usage, other.time)
      return
    }
    let seconds = other.time.seconds(since: before.time)
    guard seconds >= Self.windowSeconds else { return }
    last = (usage, other.time)
    let cores = Double(usage - before.usage) / 1e9 / seconds
    let holds = (other.memory.anonymous ?? .zero) + (other.memory.shared ?? .zero)
    let grown = holds - (held ?? .zero)
    if cores >= worth / 2 || grown >= Self.growth {
      held = holds
      wake()
    } else {
      if holds < held ?? .zero { held = holds }
      quiet += 1
      if quiet >= Self.quietWindows { isAwake = false }
    }
  }

  private mutating func wake() {
    quiet = 0
    isWaking = !isAwake
    isAwake = true
  }
}
