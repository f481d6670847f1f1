import Model
import Testing

@Suite struct CPUSetTests {
  @Test(arguments: [
    ("", "", 0), ("0", "0", 1), ("0-3,8", "0-3,8", 5), ("8,0-3\n", "0-3,8", 5),
    ("0,1,2", "0-2", 3), ("63-64", "63-64", 2),
  ])
  func parsesTheListFormatAndWritesRuns(text: String, written: String, count: Int) throws {
    let set = try #require(CPUSet(parsing: text))
    #expect(set.description == written)
    #expect(set.count == count)
  }

  @Test(arguments: ["a", "1-", "-1", "3-1", "1,,2", "1 2", "1-2-3", "70000", ","])
  func refusesAnythingElse(text: String) {
    #expect(CPUSet(parsing: text) == nil)
  }
}
