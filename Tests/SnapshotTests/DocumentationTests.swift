import Glibc
import Testing

@testable import Snapshot

/// `docs/snapshot.md` and the program say the same.
@Suite struct DocumentationTests {
  private let page: String
  private let line = JSON(SnapshotJSON.line(Full.moment))

  init() {
    let here = #filePath
    let root = here.split(separator: "/").dropLast(3).joined(separator: "/")
    let file = open("/\(root)/docs/snapshot.md", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 128 << 10)
    let count = read(file, &bytes, bytes.count)
    page = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// Keys in the first column of the page's tables.
  private var documented: Set<String> {
    Set(
      page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) })
  }

  /// Tags are named by people, numbers of a finding by its rule.
  private func isNamedByContent(_ key: String) -> Bool {
    ["jobs[].tags.", ".evidence.", ".evidence_units."].contains { key.contains($0) }
  }

  @Test func everyKeyIsDescribed() throws {
    let keys = Set(try #require(line).keys()).filter { !isNamedByContent($0) }
    #expect(keys.count > 70)
    #expect(keys.subtracting(documented).sorted() == [])
  }

  @Test func nothingIsDescribedThatIsNotThere() throws {
    let keys = Set(try #require(line).keys())
    #expect(documented.subtracting(keys).sorted() == [])
  }
}
