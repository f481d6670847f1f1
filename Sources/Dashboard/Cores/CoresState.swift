import Model

/// The cursor, the selected seats and the letters of the Cores view.
package struct CoresState: Sendable {
  mutating func take(_ moment: Moment) {}
}
