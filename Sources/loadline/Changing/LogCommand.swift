import ArgumentParser
import Control
import Glibc
import Model

/// `loadline log`: what was changed, when, by whom, with the exact writes.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Print what was changed on this box, the newest first.")

  @Option(parsing: .unconditional, help: "How many entries at most.")
  var count = 50

  @Flag(help: "One JSON object per entry on one line (see docs/control.md).")
  var json = false

  func validate() throws {
    guard count >= 1 else { throw ValidationError("--count takes 1 or more.") }
  }

  func run() throws {
    try endWithStatus {
      let entries = try Control(.current()).journal(limit: count)
      if json {
        for entry in entries { print(ReportText.json(entry), terminator: "") }
      } else {
        print(ReportText.log(entries, time: localTime), terminator: "")
      }
      return .applied
    }
  }
}

/// `2026-11-21 14:03:55` in the local time zone.
nonisolated func localTime(_ seconds: Double) -> String {
  var time = time_t(seconds)
  var local = tm()
  localtime_r(&time, &local)
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
    let count = strftime(text.baseAddress, text.count, "%F %T", &local)
    return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
