package import Model

/// Which jobs the table shows.
///
/// Terms are parted by blanks and must all hold.
///
/// A term is a regular expression found in the name, or `user:`, `tag:`, `state:` or `gpu:` and a word;
/// `!` before it turns it round. Upper case in an expression makes it mind the case.
package struct JobFilter {
  package let text: String
  private let terms: [FilterTerm]

  package init(_ text: String = "") {
    self.text = text
    terms = text.split(separator: " ").compactMap(FilterTerm.init)
  }

  package var isEmpty: Bool { terms.isEmpty }

  /// What a person should know about how a term was understood; nil when there is nothing to say.
  package var remark: String? {
    for case .name(let pattern) in terms.map(\.subject) {
      if let remark = pattern.remark { return remark }
    }
    return nil
  }

  package func accepts(_ job: JobMoment) -> Bool {
    terms.allSatisfy { $0.accepts(job) }
  }
}

/// One condition of a filter.
struct FilterTerm {
  enum Subject {
    case name(NamePattern)
    case user(String)
    /// A tag's key, and its value where one is asked for.
    case tag(String, String?)
    case state(String)
    case gpu(String)
  }

  let subject: Subject
  let isInverted: Bool

  /// Nil where the term is not complete yet, as `user:` while the name is being typed.
  init?(_ term: Substring) {
    isInverted = term.first == "!"
    let body = isInverted ? term.dropFirst() : term
    let parts = body.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let word = parts.count == 2 ? parts[1].lowercased() : ""
    switch parts.first.map(String.init) {
    case "user" where parts.count == 2: subject = .user(word)
    case "tag" where parts.count == 2:
      let tag = word.split(separator: "=", maxSplits: 1).map(String.init)
      subject = .tag(tag.first ?? "", tag.count == 2 ? tag[1] : nil)
    case "state" where parts.count == 2: subject = .state(word)
    case "gpu" where parts.count == 2: subject = .gpu(word)
    default:
      guard !body.isEmpty else { return nil }
      subject = .name(NamePattern(String(body)))
      return
    }
    if word.isEmpty { return nil }
  }

  func accepts(_ job: JobMoment) -> Bool { holds(job) != isInverted }

  private func holds(_ job: JobMoment) -> Bool {
    switch subject {
    case .name(let pattern): pattern.isFound(in: job.job.name.string)
    case .user(let name): job.job.owner.string.lowercased().hasPrefix(name)
    case .tag(let key, let value):
      job.job.tags.contains { tag in
        guard tag.key.lowercased() == key else { return false }
        return value.map { tag.value.string.lowercased().hasPrefix($0) } ?? true
      }
    case .state(let word):
      job.states.contains { $0.rawValue.hasPrefix(word) || $0.word.hasPrefix(word) }
        || job.findings.contains {
          $0.rule.rawValue.hasPrefix(word) || $0.level.rawValue == word
        }
    case .gpu(let word): Self.holds(job.gpus, word)
    }
  }

  /// `any`, `none`, `idle` or `shared`, or the beginning of it.
  private static func holds(_ gpus: JobGPUs?, _ word: String) -> Bool {
    guard let gpus else { return "none".hasPrefix(word) }
    return "any".hasPrefix(word) || "idle".hasPrefix(word) && gpus.idleSince != nil
      || "shared".hasPrefix(word) && gpus.isShared
  }
}
