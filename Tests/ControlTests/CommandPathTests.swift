import Glibc
import Testing

@testable import Control

@Suite struct CommandPathTests {
  private let tree = TemporaryTree()

  init() {
    tree.write("#!/bin/sh\n", to: "a/tool", mode: 0o755)
    tree.write("text", to: "b/tool")
    tree.write("text", to: "b/data")
    tree.makeDirectory("a/folder")
  }

  private func resolve(_ word: String, path: String?) -> Result<String, LaunchError> {
    do throws(LaunchError) {
      let found = try CommandPath.resolve(Array(word.utf8), path: path)
      return .success(String(decoding: found, as: UTF8.self))
    } catch {
      return .failure(error)
    }
  }

  private func status(_ word: String, path: String?) -> LaunchError.Status? {
    if case .failure(let error) = resolve(word, path: path) { error.status } else { nil }
  }

  @Test func theFirstThatCanBeExecutedIsTaken() {
    let path = "/nonexistent:\(tree.path)/b:\(tree.path)/a"
    #expect(resolve("tool", path: path) == .success("\(tree.path)/a/tool"))
  }

  @Test func aPathIsTakenAsItIs() {
    #expect(resolve("\(tree.path)/a/tool", path: nil) == .success("\(tree.path)/a/tool"))
  }

  @Test func anEmptyPathElementIsTheWorkingDirectory() {
    #expect(resolve("nonexistent-tool", path: ":").isFailure)
    #expect(resolve("sh", path: nil) == .success("/bin/sh"))
  }

  @Test func whatIsNotThereAndWhatCannotBeExecutedAreToldApart() {
    #expect(status("tool", path: "/nonexistent") == .notFound)
    #expect(status("", path: "/bin") == .notFound)
    #expect(status("\(tree.path)/a/none", path: nil) == .notFound)
    #expect(status("data", path: "\(tree.path)/b") == .notExecutable)
    #expect(status("folder", path: "\(tree.path)/a") == .notExecutable)
  }

  @Test func theWordIsShownWithoutItsEscapes() {
    guard case .failure(let error) = resolve("a\u{1B}[2J", path: "") else {
      Issue.record("found")
      return
    }
    #expect(!error.sentence.contains("\u{1B}"))
  }
}

extension Result {
  fileprivate var isFailure: Bool { if case .failure = self { true } else { false } }
}
