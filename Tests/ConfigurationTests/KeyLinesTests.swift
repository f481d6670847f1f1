@testable import Configuration
import Testing

@Suite struct KeyLinesTests {
  private func line(of path: DocumentPath, in text: String) -> Int? {
    let scanner = KeyScanner(text)
    return scanner.lines.contains(path) ? scanner.lines[path] : nil
  }

  private func job(_ index: Int) -> DocumentPath { .root.key("job").element(index) }

  @Test func tellsTheSameKeyInSeveralTablesApart() {
    let text = """
      [[job]]
      name = "a"
      [job.budget]
      memory = 1
      [[job]]
      [job.budget]
      memory = 2
      [job.floor]
      memory = 3
      """
    #expect(line(of: job(0).key("budget").key("memory"), in: text) == 4)
    #expect(line(of: job(1).key("budget").key("memory"), in: text) == 7)
    #expect(line(of: job(1).key("floor").key("memory"), in: text) == 9)
    #expect(line(of: job(1), in: text) == 5)
    #expect(line(of: job(2), in: text) == nil)
  }

  @Test func followsDottedAndQuotedKeys() {
    let text = """
      [[job]]
      budget.memory = 1
      budget . "cores" = 2
      'floor'."mem\\u006fry" = 3
      "budget.time" = 4
      [ job . "tags" ]
      x = 1
      """
    #expect(line(of: job(0).key("budget"), in: text) == 2)
    #expect(line(of: job(0).key("budget").key("cores"), in: text) == 3)
    #expect(line(of: job(0).key("floor").key("memory"), in: text) == 4)
    #expect(line(of: job(0).key("budget.time"), in: text) == 5)
    #expect(line(of: job(0).key("tags").key("x"), in: text) == 7)
  }

  @Test func looksIntoInlineTablesAndArrays() {
    let text = """
      job = [
        { name = "a", match = { user = "x" } }, # one
        # { name = "not this" },
        { name = "b",  budget = { gpus = [0, 1] } },
      ]
      """
    #expect(line(of: job(0).key("match").key("user"), in: text) == 2)
    #expect(line(of: job(1).key("budget").key("gpus").element(1), in: text) == 4)
  }

  @Test func findsNoKeysInCommentsAndStrings() {
    let text = #"""
      a = """
      theme = 1 \
        \"""
      theme = 2"""
      b = '''
      theme = 3'''  # theme = 4
      # theme = 5
      c = "theme = 6 \" theme = 7"
      d = 'theme = 8 \'
      e = """"two quotes before, two after"""""
      theme = 9
      """#
    #expect(line(of: .root.key("theme"), in: text) == 11)
    #expect(line(of: .root.key("b"), in: text) == 5)
  }

  @Test func countsLinesWithCarriageReturnsAndAByteOrderMark() {
    let text = "\u{FEFF}a = 1\r\n\r\n[b]\r\nc = 2\r\n"
    #expect(line(of: .root.key("a"), in: text) == 1)
    #expect(line(of: .root.key("b").key("c"), in: text) == 4)
  }

  @Test func fallsBackToTheTableThatAMissingKeyIsIn() {
    let scanner = KeyScanner("\n[[job]]\nname = \"a\"\n")
    #expect(scanner.lines[job(0).key("match")] == 2)
  }

  /// The scan and the parser must agree on what is a key, whatever the document looks like.
  @Test(arguments: documents)
  func seesEveryValueThatTheParserSees(text: String) throws {
    let problems = ProblemList(file: "")
    let root = try #require(
      parseDocument(Array(text.utf8), problems: problems), "\(problems.sorted)")
    let lines = KeyScanner(text).lines
    func walk(_ node: TOMLNode, at path: DocumentPath) {
      #expect(path == .root || lines.contains(path), "no line for \(path)")
      for (key, value) in node.table ?? [:] { walk(value, at: path.key(key)) }
      for (index, value) in (node.array ?? []).enumerated() { walk(value, at: path.element(index)) }
    }
    walk(root.node, at: .root)
  }

  static let documents = [
    exampleConfiguration, "", "\n", "# only a comment", "a=1", "a = 1\t# b = 2\r\nc=3",
    "a.b.c = 1\na.d = 2\n[e]\n[e.f]\n[e.f.g.h]\ni.j = 1",
    "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\nc = 2\n[[a]]\n[[a.b]]\nc = 3\n[a.d]\ne = 4",
    "[\"a.b\".'c d']\n\"\" = 1",
    "a = [ 1, 2, # three\n 3\n, ]\nb = [[1], [[2]], {c = [{d = 1}]}]\ne = []\nf = {}",
    "a = { b.c = 1, d = { e = 'x' }, \"f\" = [\n1 ] }",
    "a = +1_000.5e-3\nb = inf\nc = 0xFF_ff\nd = 0o17\ne = 0b1_0\nf = -nan\ng = 0\nh = 1E9",
    "a = \"\"\"\"\"\"\nb = ''''''\nc = \"\"\"\n\"\"a\"\"\"\"\"\nd = 1",
    "a = \"\"\"x \\\n\n   y\"\"\"\nb = '''\\'''\nc = \"\\\\\"\nd = 's'",
    "3.14 = 1\n-_- = 2\n1234 = 3\ntrue = 4",
    "a = true#x\nb = [true,false]\nc = {d=1,e=2}",
    "\"\\U0001F600 \\t\\\"\" = 1\n[\"\\u00e9\"]",
  ]
}
