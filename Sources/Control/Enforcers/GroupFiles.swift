import Glibc
import Model

/// Control files as they are, or as they will be once planned writes have been made.
struct GroupFiles: Sendable {
  private let planned: [String: String]

  init(after steps: [Step] = []) {
    var planned: [String: String] = [:]
    for step in steps {
      if case .file(let directory, _, let name) = step.place, !ControlFile.isPerDisk(name) {
        if name == LegacyQuota.file, let both = LegacyQuota(step.after) {
          planned["\(directory)/\(name)"] = "\(both.quota)"
          planned["\(directory)/\(LegacyQuota.periodFile)"] = "\(both.period)"
        } else {
          planned["\(directory)/\(name)"] = step.after
        }
      }
    }
    self.planned = planned
  }

  /// The content without blank space around it; nil where it cannot be read.
  func line(_ path: String) -> String? {
    planned[path] ?? Files.text(path).map(ControlFile.trimmed)
  }

  func number(_ path: String) -> Int64? { line(path).flatMap { Int64($0) } }

  /// A limit in bytes: `max` (v2) and anything from 2⁶² on (v1 prints 2⁶³ less a page) are none; nil
  /// where it cannot be read.
  func bytes(_ path: String) -> Limit<Bytes>? {
    guard let line = line(path) else { return nil }
    guard let number = Int64(line), number < 1 << 62 else { return .unlimited }
    return .at(Bytes(number))
  }

  /// Quota and period in microseconds: v2 `cpu.max`, v1 two files; the quota is nil where there is
  /// none.
  func quota(_ directory: String, _ interface: Interface) -> (quota: Int64?, period: Int64)? {
    switch interface {
    case .v2:
      guard let words = line("\(directory)/cpu.max")?.split(separator: " "), words.count == 2,
        let period = Int64(words[1]), period > 0
      else { return nil }
      return (Int64(words[0]), period)
    case .v1:
      guard let quota = number("\(directory)/\(LegacyQuota.file)"),
        let period = number("\(directory)/\(LegacyQuota.periodFile)"), period > 0
      else { return nil }
      return (quota > 0 ? quota : nil, period)
    }
  }

  func cores(_ directory: String, _ interface: Interface) -> Limit<Cores>? {
    quota(directory, interface).map { found in
      found.quota.map { .at(Cores(Double($0) / Double(found.period))) } ?? .unlimited
    }
  }

  func cpus(_ path: String) -> CPUSet? { line(path).flatMap { CPUSet(parsing: $0) } }

  /// The CPUs that a group may really use.
  func effectiveCPUs(_ directory: String) -> CPUSet? {
    cpus("\(directory)/cpuset.cpus.effective") ?? cpus("\(directory)/cpuset.effective_cpus")
      ?? cpus("\(directory)/cpuset.cpus")
  }

  /// The groups below one, every parent before its children; at most 32 levels.
  func descendants(of directory: String, depth: Int = 0) -> [String] {
    guard depth < 32 else { return [] }
    return Files.names(in: directory).map { "\(directory)/\($0)" }
      .filter { Files.status($0)?.isDirectory == true }
      .flatMap { [$0] + descendants(of: $0, depth: depth + 1) }
  }
}
