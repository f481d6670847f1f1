/// The recent past of a few measures, oldest first, one value a tick; for sparklines.
///
/// A value that was unknown is NaN.
package struct Trends: Sendable {
  package var cores: [Float] = []
  /// Memory in use, in bytes.
  package var memory: [Float] = []
  /// Bytes a second, read and written together.
  package var io: [Float] = []

  package init() {}
}
