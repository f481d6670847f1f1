import Glibc
import Model

/// IO limits, one a disk.
extension RawGroups {
  /// Bytes a second from each disk: the tightest, where they differ; nil where the file cannot be
  /// read.
  func rate(at place: KnobPlace, word: String) -> Limit<ByteRate>? {
    guard let content = Files.text(place.path) else { return nil }
    var limit: Limit<ByteRate> = .unlimited
    for line in content.split(separator: "\n") {
      for part in line.split(separator: " ").dropFirst() {
        let number = place.interface == .v1 ? part : part.dropFirst(word.utf8.count + 1)
        guard place.interface == .v1 || part.hasPrefix("\(word)="), let rate = Double(number) else {
          continue
        }
        limit = limit.tightened(by: .at(ByteRate(rate)))
      }
    }
    return limit
  }

  /// The whole disks that a limit is set on: those that have one already, else those under the
  /// working directory of the job's first process.
  func disks(at place: KnobPlace, file: String) throws(ChangeFailure) -> [DiskNumber] {
    let lines = (Files.text("\(place.directory)/\(file)") ?? "").split(separator: "\n")
    let limited = lines.compactMap { line in
      line.split(separator: " ").first.flatMap { DiskNumber(parsing: $0) }
    }
    if !limited.isEmpty { return limited }
    let groups = [place.directory] + GroupFiles().descendants(of: place.directory)
    let process = groups.lazy.compactMap {
      Files.line("\($0)/cgroup.procs")?.split(separator: " ").first
    }.first
    return try system.disks(underProcess: process)
  }

  func steps(
    rate limit: Limit<ByteRate>, word: String, at place: KnobPlace
  ) throws(ChangeFailure) -> [Step] {
    var rate: Int64?
    if case .at(let wanted) = limit {
      guard wanted.perSecond >= 1, wanted.perSecond < 1e18 else {
        throw ChangeFailure(.never, "An IO limit is at least one byte a second.")
      }
      rate = Int64(wanted.perSecond)
    }
    var steps: [Step] = []
    for disk in try disks(at: place, file: place.file) {
      let text =
        switch place.interface {
        case .v2: "\(disk) \(word)=\(rate.map { "\($0)" } ?? "max")"
        case .v1: "\(disk) \(rate ?? 0)"
        }
      steps.append(try step(place.directory, place.file, to: text, GroupFiles()))
    }
    return steps
  }
}

extension LaunchSystem {
  /// The disks under the working directory of a job's process, for a limit that is its first.
  func disks(underProcess process: Substring?) throws(ChangeFailure) -> [DiskNumber] {
    guard let process else {
      throw ChangeFailure(.notNow, "It has no process whose disk could be limited.")
    }
    do throws(LaunchError) {
      return try Disks(sys: sys, proc: proc).under(directory: "\(proc)/\(process)/cwd").numbers
    } catch {
      throw ChangeFailure(.never, "Its disk is not known: \(error.sentence)")
    }
  }
}
