import Model

/// What a command is called on its row, from its arguments: what a person would say they ran.
enum CommandName {
  /// Names the command; nil when the arguments say nothing better than the kernel's name.
  ///
  /// `python -u train.py --lr 1` → `train.py`; `torchrun --nproc 4 train.py` → `torchrun train.py`;
  /// `python -m pkg.train` → `pkg.train`; `bash run.sh` → `run.sh`; anything else → its base name.
  static func name(of arguments: [String]) -> String? {
    var rest = arguments[...]
    while let first = rest.first {
      let program = base(first)
      if isEnvironment(first), rest.count < arguments.count {
        rest = rest.dropFirst()
        continue
      }
      if let skip = wrappers[program] {
        rest = skipOptions(rest.dropFirst(), taking: skip)
        // `timeout 10 cmd`, `taskset 3 cmd`: one operand of its own.
        if program == "timeout" || program == "taskset" { rest = rest.dropFirst() }
        if (program == "uv" || program == "poetry" || program == "pipenv" || program == "conda"
          || program == "mamba"), rest.first == "run"
        {
          rest = skipOptions(
            rest.dropFirst(), taking: ["-n", "-p", "--with", "--name", "--prefix"])
        }
        continue
      }
      return command(program, rest.dropFirst())
    }
    return arguments.first.map { base($0) }
  }

  /// Whether these are the arguments of a Jupyter kernel, in whatever language: it is started with
  /// the connection file that its server wrote (jupyter-client's documentation, "Making kernels").
  static func isNotebookKernel(_ arguments: [String]) -> Bool {
    let modules: Set<String> = ["ipykernel_launcher", "ipykernel"]
    for (option, module) in zip(arguments, arguments.dropFirst())
    where option == "-m" && modules.contains(module) {
      return !arguments.contains("install")
    }
    return arguments.contains { argument in
      argument.hasSuffix("/ipykernel_launcher.py")
        || (argument.hasSuffix(".json") && base(argument).hasPrefix("kernel-"))
    }
  }

  /// Whether these are the arguments of what a container's first process is until its runtime has
  /// prepared it.
  static func isContainerRuntime(_ arguments: [String]) -> Bool {
    let runtimes: Set<String> = ["runc", "crun", "youki", "runsc", "exe"]
    return arguments.first.map { runtimes.contains(base($0)) } ?? false
  }

  private static func command(_ program: String, _ arguments: ArraySlice<String>) -> String {
    if isInterpreter(program) {
      if isNotebookKernel(Array(arguments)) { return "kernel" }
      guard let script = script(program, arguments) else { return program }
      // A launcher started as a script or module: its own script is what was meant.
      let name = base(script.name)
      if launchers.contains(name) || launchers.contains(lastComponent(script.name)) {
        return launched(launcherName(script.name), script.rest)
      }
      return script.isModule ? script.name : name
    }
    if launchers.contains(program) { return launched(program, arguments) }
    if shells.contains(program.hasPrefix("-") ? String(program.dropFirst()) : program) {
      return shellCommand(program, arguments)
    }
    return program
  }

  /// A shell's script, or what is inside of `sh -c '…'` as far as plain words tell.
  private static func shellCommand(_ program: String, _ arguments: ArraySlice<String>) -> String {
    var rest = arguments
    while let option = rest.first, option.hasPrefix("-") || option.hasPrefix("+") {
      rest = rest.dropFirst()
      guard !option.hasPrefix("--") else {
        if option == "--rcfile" || option == "--init-file" { rest = rest.dropFirst() }
        continue
      }
      // `-o pipefail`, `-eo pipefail -c`: an option that takes the next word.
      if option.hasSuffix("o") || option.hasSuffix("O") { rest = rest.dropFirst() }
      if option.contains("c") {
        // `-euc` and `-c -x` are the same: the line is the first word that is no option.
        guard let line = rest.first(where: { !$0.hasPrefix("-") && !$0.hasPrefix("+") }) else {
          return program
        }
        return inside(line) ?? program
      }
    }
    guard let script = rest.first.map({ base($0) }) else { return program }
    // A shim that chooses among several interpreters (pyenv, asdf) is a script of their name.
    return isInterpreter(script) ? command(script, rest.dropFirst()) : script
  }

  /// The first command of a shell's line that does more than prepare.
  private static func inside(_ line: String) -> String? {
    var aside: String?
    for words in simpleCommands(line) {
      let command = words.drop { keywords.contains($0) || isEnvironment($0) }
      guard let first = command.first else { continue }
      if asides.contains(first) {
        aside = aside ?? first
      } else if !preparations.contains(first), !isActivation(command) {
        return name(of: Array(command))
      }
    }
    return aside
  }

  /// The line's words by simple command; quotes are dropped, so that a quoted blank splits a word.
  private static func simpleCommands(_ line: String) -> [[String]] {
    var commands: [[String]] = [[]]
    var word: [UInt8] = []
    func finishWord(endingCommand ends: Bool) {
      if !word.contains(UInt8(ascii: "(")) {
        while word.last == UInt8(ascii: ")") { word.removeLast() }
      }
      let text = String(decoding: word, as: UTF8.self)
      word = []
      if !text.isEmpty, !separators.contains(text) { commands[commands.count - 1].append(text) }
      if ends || separators.contains(text) { commands.append([]) }
    }
    for byte in line.utf8 {
      switch byte {
      case 0x20, 0x09: finishWord(endingCommand: false)
      case 0x0A, UInt8(ascii: ";"): finishWord(endingCommand: true)
      case UInt8(ascii: "'"), UInt8(ascii: "\""): continue
      case UInt8(ascii: "(") where word.isEmpty: continue
      default: word.append(byte)
      }
    }
    finishWord(endingCommand: true)
    return commands
  }

  /// `conda activate x` prepares, `conda run x` runs.
  private static func isActivation(_ words: ArraySlice<String>) -> Bool {
    words.count > 1 && words.dropFirst().first == "activate"
  }

  private static let separators: Set<String> = ["&&", "||", "|", "&"]
  private static let keywords: Set<String> = [
    "exec", "{", "if", "then", "do", "while", "until", "!", "command", "builtin", "elif", "else",
  ]
  private static let preparations: Set<String> = [
    ":", "cd", "source", ".", "export", "set", "unset", "ulimit", "umask", "module", "ml", "eval",
    "echo", "printf", "test", "[", "[[", "true", "trap", "shopt", "pushd", "popd", "alias", "for",
    "done", "fi", "}", "read", "wait",
  ]
  private static let asides: Set<String> = ["sleep", "mkdir", "rm", "cp"]

  /// `torchrun train.py`: the launcher and the first operand that looks like a script or program.
  private static func launched(_ launcher: String, _ arguments: ArraySlice<String>) -> String {
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == "-m" || argument == "--module" {
        return rest.first.map { "\(launcher) \($0)" } ?? launcher
      }
      if argument.hasSuffix(".py") || argument.hasSuffix(".sh") || argument.hasSuffix(".jl") {
        return "\(launcher) \(base(argument))"
      }
      if isInterpreter(base(argument)) {
        if let script = script(base(argument), rest) {
          return "\(launcher) \(script.isModule ? script.name : base(script.name))"
        }
        return launcher
      }
    }
    return launcher
  }

  /// An interpreter's script or module, behind its options.
  private static func script(_ program: String, _ arguments: ArraySlice<String>) -> (
    name: String, isModule: Bool, rest: ArraySlice<String>
  )? {
    var rest = arguments
    while let argument = rest.popFirst() {
      if ["-X", "-W", "-cp", "-classpath"].contains(argument) {
        rest = rest.dropFirst()
      } else if argument.hasPrefix("-") {
        // Single letters may run together: `-uc CODE`, `-Bm MODULE`, `-ne CODE`.
        let isShort = argument.utf8.count <= 5 && !argument.hasPrefix("--")
        guard isShort, !argument.hasPrefix("-X"), !argument.hasPrefix("-W") else { continue }
        if argument.hasSuffix("c") || argument.hasSuffix("e") { return nil }
        if argument.hasSuffix("m") { return rest.first.map { ($0, true, rest.dropFirst()) } }
      } else {
        // Only Python's options are all known here: another's may have a value in between.
        let isScript = program.hasPrefix("py") || scriptSuffixes.contains { argument.hasSuffix($0) }
        if isScript
          || !rest.contains(where: { word in scriptSuffixes.contains { word.hasSuffix($0) } })
        {
          return (argument, false, rest)
        }
      }
    }
    return nil
  }

  private static let scriptSuffixes = [
    ".py", ".jl", ".R", ".r", ".js", ".mjs", ".pl", ".rb", ".jar",
  ]

  private static func skipOptions(
    _ arguments: ArraySlice<String>, taking values: Set<String>
  ) -> ArraySlice<String> {
    var rest = arguments
    while let option = rest.first, option.hasPrefix("-"), option != "--" {
      rest = rest.dropFirst()
      if values.contains(option) { rest = rest.dropFirst() }
    }
    if rest.first == "--" { rest = rest.dropFirst() }
    return rest
  }

  /// `NAME=value` before a command.
  private static func isEnvironment(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
    return word[..<equals].utf8.allSatisfy {
      ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39)
        || $0 == 0x5F
    }
  }

  private static func isInterpreter(_ program: String) -> Bool {
    program.hasPrefix("python") || program.hasPrefix("pypy") || program == "julia"
      || program == "Rscript" || program == "node" || program == "perl" || program == "ruby"
      || program == "java"
  }

  private static func base(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) }
      ?? path
  }

  private static func lastComponent(_ module: String) -> String {
    module.split(separator: ".").last.map(String.init) ?? module
  }

  /// `torch.distributed.run` is `torchrun`'s module.
  private static func launcherName(_ script: String) -> String {
    switch script {
    case "torch.distributed.run", "torch.distributed.launch": "torchrun"
    case "accelerate.commands.launch": "accelerate"
    default: base(script)
    }
  }

  private static let shells: Set<String> = [
    "bash", "sh", "dash", "zsh", "fish", "ksh", "tcsh", "csh", "ash",
  ]

  private static let launchers: Set<String> = [
    "torchrun", "torch.distributed.run", "torch.distributed.launch", "accelerate", "deepspeed",
    "mpirun", "mpiexec", "orterun", "srun", "horovodrun", "accelerate.commands.launch", "ray",
    "run", "launch",
  ]

  /// Programs that only start another, with their options that take a value.
  private static let wrappers: [String: Set<String>] = [
    "sudo": ["-u", "-g", "-h", "-p", "-C", "-T", "-r", "-t", "-D"], "doas": ["-u"],
    "nohup": [], "setsid": [], "env": ["-u", "-C", "-S"], "nice": ["-n"],
    "ionice": ["-c", "-n", "-p"], "time": ["-f", "-o"], "timeout": ["-k", "-s"],
    "stdbuf": ["-i", "-o", "-e"], "numactl": ["-N", "-m", "-C", "-p"], "taskset": [],
    "unbuffer": [], "strace": ["-o", "-e", "-p", "-s"], "uv": [], "poetry": [], "pipenv": [],
    "conda": [], "mamba": [], "xvfb-run": ["-n", "-s"],
  ]
}
