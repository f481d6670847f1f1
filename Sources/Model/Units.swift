/// An amount of CPU time per time: 1.0 is one core busy all the time.
package struct Cores: Sendable, Hashable, Comparable {
  package var value: Double

  package init(_ value: Double) { self.value = value }

  package static let zero = Cores(0)
  package static func < (a: Cores, b: Cores) -> Bool { a.value < b.value }
  package static func + (a: Cores, b: Cores) -> Cores { Cores(a.value + b.value) }
  package static func - (a: Cores, b: Cores) -> Cores { Cores(a.value - b.value) }
  package static func += (a: inout Cores, b: Cores) { a.value += b.value }
}

/// An amount of memory or data, in bytes; negative only as a difference.
package struct Bytes: Sendable, Hashable, Comparable {
  package var count: Int64

  package init(_ count: Int64) { self.count = count }

  /// A counter or gauge as the kernel prints it; values beyond `Int64.max` are held at it.
  package init(clamping count: UInt64) { self.count = Int64(clamping: count) }

  package static let zero = Bytes(0)
  package static func mebi(_ n: Int64) -> Bytes { Bytes(n << 20) }
  package static func gibi(_ n: Int64) -> Bytes { Bytes(n << 30) }
  package static func < (a: Bytes, b: Bytes) -> Bool { a.count < b.count }
  package static func + (a: Bytes, b: Bytes) -> Bytes { Bytes(a.count &+ b.count) }
  package static func - (a: Bytes, b: Bytes) -> Bytes { Bytes(a.count &- b.count) }
  package static func += (a: inout Bytes, b: Bytes) { a.count &+= b.count }

  /// This amount, or zero where a difference of two separately read gauges came out negative.
  package var orZero: Bytes { max(self, .zero) }
}

/// A flow of data in bytes a second.
package struct ByteRate: Sendable, Hashable, Comparable {
  package var perSecond: Double

  package init(_ perSecond: Double) { self.perSecond = perSecond }

  package static func < (a: ByteRate, b: ByteRate) -> Bool { a.perSecond < b.perSecond }
  package static func + (a: ByteRate, b: ByteRate) -> ByteRate {
    ByteRate(a.perSecond + b.perSecond)
  }
}

/// Electrical power.
package struct Watts: Sendable, Hashable, Comparable {
  package var value: Double

  package init(_ value: Double) { self.value = value }

  package static func < (a: Watts, b: Watts) -> Bool { a.value < b.value }
}

/// A part of a whole, 0…1. Which whole is said by the property that holds it.
package struct Share: Sendable, Hashable, Comparable {
  package var value: Double

  package init(_ value: Double) { self.value = value }

  package static func < (a: Share, b: Share) -> Bool { a.value < b.value }
  package var percent: Double { value * 100 }
}

/// A point on `CLOCK_MONOTONIC`, in nanoseconds.
package struct Instant: Sendable, Hashable, Comparable {
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  package static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Seconds from `earlier` to this instant; 0 when `earlier` is later.
  package func seconds(since earlier: Instant) -> Double {
    nanoseconds > earlier.nanoseconds ? Double(nanoseconds - earlier.nanoseconds) / 1e9 : 0
  }

  package func advanced(bySeconds seconds: Double) -> Instant {
    Instant(nanoseconds: nanoseconds &+ UInt64(max(0, seconds) * 1e9))
  }
}

/// A limit as the kernel states it: a number, or none.
///
/// cgroup v2 prints `max`, v1 a number near 2⁶³ (memory) or -1 (quota); both end here, at the edge,
/// so that no reader can take "no limit" for an amount.
package enum Limit<Amount: Sendable & Hashable & Comparable>: Sendable, Hashable {
  case unlimited
  case at(Amount)

  package var amount: Amount? {
    if case .at(let amount) = self { amount } else { nil }
  }

  /// Whether it allows less than `other`.
  package func isTighter(than other: Limit) -> Bool {
    self != other && tightened(by: other) == self
  }

  /// The tighter of two limits.
  package func tightened(by other: Limit) -> Limit {
    switch (self, other) {
    case (.unlimited, let limit), (let limit, .unlimited): limit
    case (.at(let a), .at(let b)): .at(min(a, b))
    }
  }
}
