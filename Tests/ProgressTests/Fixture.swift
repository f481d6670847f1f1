import Glibc

enum Fixture {
  struct Missing: Error {}

  /// The bytes of a file beside the tests.
  static func bytes(_ name: String, from here: StaticString = #filePath) throws -> [UInt8] {
    let directory = "\(here)".split(separator: "/").dropLast().joined(separator: "/")
    guard let file = fopen("/\(directory)/Fixtures/\(name)", "r") else { throw Missing() }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
  }
}
