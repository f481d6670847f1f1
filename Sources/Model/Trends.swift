/// The recent past of a few measures, oldest first, one value a tick; for sparklines.
///
/// A value that was unknown is NaN.
package struct Trends: Sendable {
  package var cores: [Float] = []
  /// Memory in use, in bytes, where it was read.
  package var memory: [Float] = []
  /// The same where it was estimated: at each position, at most one of the two is known.
  package var memoryEstimates: [Float] = []
  /// Bytes a second, read and written together.
  package var io: [Float] = []

  package init() {}
}
