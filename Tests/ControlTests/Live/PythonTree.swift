import Glibc
import Model

@testable import Control

/// A command tree of Python programs, in a session of its own, ended with everything below it.
final class PythonTree {
  let program: RunningProgram
  let identity: ProcessIdentity
  /// The last argument of every process of it.
  let mark: String

  static let isPossible: Bool = {
    if RunningProgram(["python3", "-c", "pass"]).outcome().status == 0 { return true }
    print("skipped: live tests of command trees: there is no python3")
    return false
  }()

  /// Root, and CPUs 0 and 1 to choose from.
  static let hasTwoCPUs = geteuid() == 0 && Affinity.current() == CPUSet([0, 1])

  /// Starts a script that says `ready`; nil where it does not.
  init?(_ script: String, as user: [String] = []) {
    mark = "loadline-test-\(getpid())-\(Int.random(in: 0..<1_000_000_000))"
    program = RunningProgram(
      user + ["setsid", "python3", "-c", "import os, sys, time, threading\n" + script, mark])
    guard program.says("ready"),
      let start = Processes.start(pid: program.pid, proc: "/proc")
    else { return nil }
    identity = ProcessIdentity(pid: program.pid, start: start)
  }

  deinit {
    // Whatever its script still forks goes too.
    while case let all = processes, !all.isEmpty {
      for pid in all { kill(pid, SIGKILL) }
      usleep(2000)
      if all == [program.pid] { break }
    }
  }

  var target: Target {
    Target(
      id: .tree(pid: identity.pid, start: identity.start), name: SafeText(mark),
      owner: SafeText("root"), source: .process)
  }

  /// The living processes with the mark as their last argument.
  var processes: [Int32] {
    ProcessTable.read(proc: "/proc").filter { !$0.isZombie && !$0.isKernelThread }.map(\.pid)
      .filter(isMarked)
  }

  private func isMarked(_ pid: Int32) -> Bool {
    let descriptor = open("/proc/\(pid)/cmdline", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      // The last argument, with its NUL.
      let length = mark.utf8.count + 1
      guard count >= length, let start = buffer.baseAddress else { return false }
      return memcmp(start + count - length, mark, length) == 0
    }
  }

  var threads: [Int32] {
    processes.flatMap { Files.names(in: "/proc/\($0)/task") }.compactMap { Int32($0) }
  }
}
