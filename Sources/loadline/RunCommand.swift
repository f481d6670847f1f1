import ArgumentParser
import Control
import Glibc
import Model

/// `loadline run`: starts a job in a cgroup of its own and becomes its command.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Start a command as a job with limits of its own.",
    discussion: """
      The job gets a cgroup of its own, which the command is executed in: terminal, signals and exit \
      status are the command's. Where no cgroup may be made, --cores and --cpus become an affinity, \
      --weight a nice value, and what cannot be enforced is said.

      Exit status: the command's own; 2 for a wrong option, 3 when the job cannot be run as asked, \
      126 when the command cannot be executed, 127 when there is none of that name.
      """)

  @Option(
    help: ArgumentHelp(
      "The job's name: 1-64 letters, digits, '.', '_' and '-'. The command's name when not given.",
      valueName: "name"))
  var name: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Cores it may use at most, 0.01 or more.", valueName: "number"))
  var cores: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Memory it may use at most, such as 16GiB; it gets no swap.", valueName: "size"))
  var memory: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Memory beyond which it is slowed and its caches reclaimed (cgroup v2).", valueName: "size"))
  var memoryHigh: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Importance when CPU is short, 1 to 10000; 100 is ordinary.", valueName: "number"))
  var weight: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("CPUs it may run on, such as 0-3,8.", valueName: "list"))
  var cpus: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Bytes a second it may read from a disk, such as 500MB/s.", valueName: "rate"))
  var ioRead: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Bytes a second it may write to a disk, such as 200MB/s.", valueName: "rate")
  )
  var ioWrite: String?

  @Option(
    help: ArgumentHelp(
      "The block device that IO limits are for, instead of the disks under the working directory; may be repeated.",
      valueName: "device"))
  var ioDevice: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "GPUs it may use, by index or UUID, such as 0,1; the others are hidden from it, and denied where that can be.",
      valueName: "list"))
  var gpus: String?

  @Option(help: ArgumentHelp("A tag of the job; may be repeated.", valueName: "key=value"))
  var tag: [String] = []

  @Flag(help: "Let it use swap beyond its memory limit.")
  var swap = false

  @Flag(help: "Accept that it ends with your last logout (systemd user manager without linger).")
  var untilLogout = false

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The command and its arguments, after --.", valueName: "command"))
  var command: [String] = []

  func run() throws {
    do throws(LaunchError) {
      try Launch.run(try request(), in: .current())
    } catch {
      throw error.exitCode()
    }
  }
}

extension RunCommand {
  /// The options as amounts.
  private func request() throws(LaunchError) -> LaunchRequest {
    guard !command.isEmpty else { throw .wrong("there is no command; give it after --.") }
    if swap, memory == nil { throw .wrong("--swap is about --memory, which is not given.") }
    if !ioDevice.isEmpty, ioRead == nil, ioWrite == nil {
      throw .wrong("--io-device is about --io-read and --io-write, which are not given.")
    }
    let limits = RunLimits(
      cores: try amount("--cores", cores) { text throws(Mismatch) in try Cores(parsing: text) },
      memory: try amount("--memory", memory, Self.bytes),
      memoryHigh: try amount("--memory-high", memoryHigh, Self.bytes),
      weight: try amount("--weight", weight, Self.weight),
      cpus: try amount("--cpus", cpus, Self.cpus),
      read: try amount("--io-read", ioRead, Self.rate),
      write: try amount("--io-write", ioWrite, Self.rate),
      gpus: try amount("--gpus", gpus, Self.gpus))
    return LaunchRequest(
      name: try runName(), limits: limits, allowsSwap: swap, devices: ioDevice, tags: try tags(),
      endsAtLogout: untilLogout, command: Self.lastArguments(command.count))
  }

  private func runName() throws(LaunchError) -> RunName? {
    guard let name else { return nil }
    guard let valid = RunName(name) else {
      throw .wrong(
        "--name must be 1 to 64 letters, digits, '.', '_' and '-', not start with '.' or '-', and not be a name the kernel or the dashboard uses (tasks, cgroup.procs, other, free, …)."
      )
    }
    return valid
  }

  private func tags() throws(LaunchError) -> [String: String] {
    var tags: [String: String] = [:]
    for text in tag {
      guard let equals = text.firstIndex(of: "=") else {
        throw .wrong("--tag must be a key, '=' and a value, such as team=vision.")
      }
      tags[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return tags
  }

  private func amount<Amount>(
    _ option: String, _ text: String?, _ parse: (String) throws(Mismatch) -> Amount
  ) throws(LaunchError) -> Amount? {
    guard let text else { return nil }
    do throws(Mismatch) { return try parse(text) } catch {
      throw .wrong("\(option): \(error).")
    }
  }

  private static func bytes(_ text: String) throws(Mismatch) -> Bytes { try Bytes(parsing: text) }

  private static func rate(_ text: String) throws(Mismatch) -> ByteRate {
    try ByteRate(parsing: text)
  }

  private static func weight(_ text: String) throws(Mismatch) -> Int {
    let expected = "a whole number from 1 to 10000"
    guard let weight = Int(text) else {
      let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      throw Mismatch(expected: expected, found: isNumber ? "a larger one" : "something else")
    }
    guard (1...10_000).contains(weight) else {
      throw Mismatch(expected: expected, found: weight < 1 ? "a smaller one" : "a larger one")
    }
    return weight
  }

  private static func gpus(_ text: String) throws(Mismatch) -> [SafeText] {
    if let gpus = RunLimits.gpus(parsing: text) { return gpus }
    throw Mismatch(expected: "a list of GPUs such as 0,1 or GPU-…", found: "something else")
  }

  private static func cpus(_ text: String) throws(Mismatch) -> CPUSet {
    if let cpus = CPUSet(parsing: text) { return cpus }
    let numbers = text.split { !$0.isASCII || !$0.isNumber }
    let isLarge = numbers.contains { Int($0).map { $0 > CPUSet.largest } ?? true }
    throw Mismatch(
      expected: "a list of CPUs such as 0-3,8",
      found: isLarge ? "a number beyond \(CPUSet.largest)" : "something else")
  }

  /// The last arguments of this process as the bytes they were given as: in a `String`, what is not
  /// UTF-8 would have been replaced.
  private static func lastArguments(_ count: Int) -> [[UInt8]] {
    let all = (0..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0] }
    return all.suffix(count).map { argument in
      UnsafeBufferPointer(start: argument, count: strlen(argument)).map(UInt8.init(bitPattern:))
    }
  }
}

/// The half of `loadline run` that `systemd-run` starts inside a scope.
struct RunInScopeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Launch.scopeCommand, shouldDisplay: false)

  @Argument(parsing: .postTerminator) var stage: [String] = []

  func run() throws {
    do throws(LaunchError) {
      try Launch.enterScope(stage, in: .current())
    } catch {
      throw error.exitCode()
    }
  }
}

extension LaunchError {
  fileprivate static func wrong(_ sentence: String) -> LaunchError {
    LaunchError(sentence, status: .usage)
  }

  /// Says the sentence and gives the status to exit with.
  fileprivate func exitCode() -> ExitCode {
    Launch.say(sentence)
    return ExitCode(status.rawValue)
  }
}
