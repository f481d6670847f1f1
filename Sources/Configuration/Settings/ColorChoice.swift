package import Drawing

/// How many colours to use, as chosen with `--color` or `color`; the raw value is its word.
package enum ColorChoice: String, Sendable, Hashable, CaseIterable {
  /// As many as the terminal says it has.
  case auto
  case never
  case eight = "8"
  case sixteen = "16"
  case indexed = "256"
  case trueColor = "true"

  /// The depth chosen; nil leaves it to detection.
  package var depth: ColorDepth? {
    switch self {
    case .auto: nil
    case .never: .mono
    case .eight: .eight
    case .sixteen: .sixteen
    case .indexed: .indexed
    case .trueColor: .trueColor
    }
  }
}
