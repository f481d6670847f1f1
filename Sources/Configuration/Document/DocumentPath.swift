/// Where a value is in a TOML document: keys, and elements of arrays, from the root.
struct DocumentPath: Hashable, CustomStringConvertible {
  enum Step: Hashable {
    case key(String)
    /// Counted from 0.
    case element(Int)
  }

  private(set) var steps: [Step]

  static let root = DocumentPath(steps: [])

  func key(_ name: String) -> DocumentPath { DocumentPath(steps: steps + [.key(name)]) }
  func element(_ index: Int) -> DocumentPath { DocumentPath(steps: steps + [.element(index)]) }

  /// The value that holds this one; nil for the root.
  var parent: DocumentPath? { steps.isEmpty ? nil : DocumentPath(steps: steps.dropLast()) }

  /// As people write it: `job[2].budget.memory`; elements are counted from 1.
  var description: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .key(let name): text += text.isEmpty ? name : "." + name
      case .element(let index): text += "[\(index + 1)]"
      }
    }
  }
}
