/// A measure that a device may not offer.
package enum Measure<Value: Sendable & Equatable>: Sendable, Equatable {
  case value(Value)
  /// It could not be read this time: `–` on the screen, `null` in JSON.
  case unknown
  /// The device, its driver or its mode does not offer it: `n/a`.
  case unsupported

  /// The value where there is one.
  package var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }

  package func map<Other: Sendable & Equatable>(_ change: (Value) -> Other) -> Measure<Other> {
    switch self {
    case .value(let value): .value(change(value))
    case .unknown: .unknown
    case .unsupported: .unsupported
    }
  }
}
