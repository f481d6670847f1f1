import Drawing
import Model

/// The parts of a job's memory, in the order of the bar: what a limit kills for comes first.
enum MemoryKind: CaseIterable {
  case anonymous, shared, kernel, cache

  var word: String {
    switch self {
    case .anonymous: "anonymous"
    case .shared: "shared"
    case .kernel: "kernel"
    case .cache: "page cache"
    }
  }

  func glyph(_ glyphs: Glyphs) -> Unicode.Scalar {
    switch self {
    case .anonymous: glyphs.shades[0]
    case .shared: glyphs.shades[1]
    case .kernel: glyphs.shades[2]
    case .cache: glyphs.shades[3]
    }
  }

  func style(_ look: Look) -> Style {
    switch self {
    case .anonymous: look.memory
    case .shared: look.accent
    case .kernel: look.other
    case .cache: look.dim
    }
  }

  func amount(of memory: MemoryMoment) -> Bytes? {
    switch self {
    case .anonymous: memory.anonymous
    case .shared: memory.shared
    case .kernel: memory.kernel
    case .cache: memory.file
    }
  }
}
