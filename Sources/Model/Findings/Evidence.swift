/// One number behind a finding.
package struct Evidence: Sendable, Hashable {
  /// Its key in JSON: lower case, `_` between words.
  package var name: String
  package var value: Double
  package var unit: EvidenceUnit

  package init(_ name: String, _ value: Double, _ unit: EvidenceUnit) {
    self.name = name
    self.value = value
    self.unit = unit
  }
}

/// The raw value is its word in JSON.
package enum EvidenceUnit: String, Sendable, Hashable {
  /// 0…1 of the whole that the name says.
  case share
  case cores
  case bytes
  case bytesPerSecond = "bytes_per_second"
  case perSecond = "per_second"
  case seconds
  case watts
  case megahertz
  case count
  /// A relation of two amounts of the same kind.
  case ratio
}
