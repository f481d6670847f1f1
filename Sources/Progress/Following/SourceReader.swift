import CLinux
import Glibc
import Model

/// One source, followed.
struct SourceReader: ~Copyable {
  private let source: ProgressSource
  private let owner: uid_t?
  private var path: String
  private var file: FollowedFile
  private var lines = LineSplitter()
  private var events = TensorBoardEvents()

  init(_ source: ProgressSource, owner: uid_t?) {
    self.source = source
    self.owner = owner
    path = source.path
    if case .events(let given) = source { path = Self.newest(in: given) ?? given }
    file = FollowedFile(path, owner: owner, isFromStart: source.isEvents)
  }

  /// What was reported since the last look.
  mutating func look() -> [ProgressReport] {
    var reports: [ProgressReport] = []
    guard case .bytes(let bytes, let isFresh, let startsInside) = file.look() else {
      if case .events(let given) = source, let newest = Self.newest(in: given), newest != path {
        path = newest
        file = FollowedFile(newest, owner: owner, isFromStart: true)
        events = TensorBoardEvents()
      }
      return []
    }
    if isFresh {
      lines = LineSplitter(startsInside: startsInside)
      events = TensorBoardEvents()
    }
    switch source {
    case .events: events.feed(bytes) { reports.append($0) }
    case .reports:
      lines.feed(bytes) { line in
        if let report = JSONReport.parse(line) { reports.append(report) }
      }
    case .log(_, let pattern):
      lines.feed(bytes) { line in
        let report = pattern.map { $0.parse(line) } ?? LogReport.parse(line)
        if let report { reports.append(report) }
      }
    }
    return reports
  }

  /// The event file in a directory whose name is the last: names begin with the time of creation.
  private static func newest(in directory: String) -> String? {
    guard let opened = opendir(directory) else { return nil }
    defer { closedir(opened) }
    var newest: String?
    while let entry = readdir(opened) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix("events.out.tfevents."), name > newest ?? "" { newest = name }
    }
    return newest.map { "\(directory)/\($0)" }
  }
}

extension ProgressSource {
  var isEvents: Bool { if case .events = self { true } else { false } }
}
