package import Drawing

/// One thing that can be done, with its keys and its words.
package struct Command: Sendable {
  /// What it is called in help and palette, unique in the table.
  package let name: String
  /// Keys that do it; help and bar show the first.
  package let keys: [Key]
  package let action: Action
  package let scopes: Scopes
  package let section: Section
  /// How the bottom bar calls it, and how dear its place there is: 0 is never left out.
  package let bar: Bar?

  package struct Bar: Sendable {
    package let word: String
    package let rank: Int
    /// What stands for several keys at once, as `↑↓`; nil is the first key.
    package let keys: String?
    package let asciiKeys: String?
  }

  /// Where its keys work.
  package struct Scopes: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let list = Scopes(rawValue: 1)
    package static let opened = Scopes(rawValue: 2)
    package static let filter = Scopes(rawValue: 4)
    package static let palette = Scopes(rawValue: 8)
    package static let help = Scopes(rawValue: 16)
    package static let picker = Scopes(rawValue: 32)
    /// Besides the screen's own, while a draft is open or changes are being written.
    package static let draft = Scopes(rawValue: 64)
    package static let editor = Scopes(rawValue: 128)
    package static let giving = Scopes(rawValue: 256)
    /// A preview, then its changes being written, then how they ended.
    package static let preview = Scopes(rawValue: 512)
    package static let progress = Scopes(rawValue: 1024)
    package static let outcome = Scopes(rawValue: 2048)
    package static let question = Scopes(rawValue: 4096)
    package static let cores = Scopes(rawValue: 8192)
    package static let log = Scopes(rawValue: 16_384)
    package static let entry = Scopes(rawValue: 32_768)
    package static let gpus = Scopes(rawValue: 65_536)

    /// Where the rows are jobs or processes.
    package static let browsing: Scopes = [.list, .opened]
    /// Wherever a letter is a command.
    package static let views: Scopes = [.list, .opened, .cores, .gpus, .log, .entry]
    /// Where something lies over the view and letters are not typed.
    package static let boxes: Scopes = [.picker, .giving, .preview, .progress, .outcome, .question]
    /// Where a character that is bound to nothing is typed.
    package static let typing: Scopes = [.filter, .palette, .help, .editor]
  }

  /// Under which heading help shows it.
  package enum Section: String, Sendable, CaseIterable {
    case look = "Look"
    case change = "Change"
    case sort = "Sort"
    case general = "General"
    case move = "Move"
    /// In a text field or list of choices; its keys are in the bottom bar while it is open.
    case field = "Fields"
  }

  init(
    _ name: String, _ keys: [Key], _ action: Action, in scopes: Scopes, _ section: Section,
    bar: String? = nil, rank: Int = 0, barKeys: String? = nil, asciiBarKeys: String? = nil
  ) {
    self.name = name
    self.keys = keys
    self.action = action
    self.scopes = scopes
    self.section = section
    self.bar = bar.map { Bar(word: $0, rank: rank, keys: barKeys, asciiKeys: asciiBarKeys) }
  }
}
