import CLinux
import CNcurses
import Drawing
import Glibc
import Synchronization

/// The line to the terminal: its modes and size, and taking and leaving it.
struct TerminalLine {
  private let capabilities: TerminalCapabilities
  /// The line's modes while the screen is up.
  private let modes: termios

  /// Takes the terminal for the first time.
  ///
  /// - Throws: when the description is not usable or no descriptor is left.
  init(_ type: TerminalType) throws(TerminalError) {
    capabilities = type.capabilities
    let memory = handlerMemory
    memory.pointee.terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    memory.pointee.output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    memory.pointee.nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    guard memory.pointee.terminal >= 0, memory.pointee.output >= 0,
      tcgetattr(memory.pointee.terminal, &memory.pointee.modes) == 0
    else { throw .system("opening the terminal", errno) }
    let leave = UnsafeMutableRawBufferPointer.allocate(
      byteCount: capabilities.leave.count, alignment: 1)
    leave.copyBytes(from: capabilities.leave)
    memory.pointee.leave = leave
    modes = Self.screenModes(memory.pointee.modes)

    phase.store(.up, ordering: .releasing)
    // LINES and COLUMNS of the environment do not count. Nor does a size that nobody can mean, for
    // which ncurses would take gigabytes: it begins with the description's.
    let window = Self.windowSize()
    use_env(false)
    use_tioctl(window.map { $0 == Self.sane($0) } ?? true)
    let output = fdopen(memory.pointee.output, "w")
    let input = fdopen(STDIN_FILENO, "r")
    let screen =
      type.isDirect
      ? DirectColor.available { newterm(type.name, output, input) }
      : newterm(type.name, output, input)
    guard screen != nil else {
      Rescue.leave()
      throw .cannotDraw(type.name)
    }
    // ncurses keeps the switch to the alternate screen for its first drawing. It comes before the
    // modes, and before anything may want to switch back.
    wrefresh(ll_standard_window())
    setModes()
    CapturedErrors.capture()
  }

  /// Whether the terminal is ours to draw on.
  var isTaken: Bool { phase.load(ordering: .relaxed) == .up }

  /// The size now, from TIOCGWINSZ; what ncurses believes where the terminal does not tell.
  ///
  /// At most 1,000 columns and 500 rows, so that nobody's wrong window size takes all memory.
  var size: Size {
    Self.sane(
      Self.windowSize() ?? Size(columns: Int(ll_columns()), rows: Int(ll_lines())))
  }

  private static func windowSize() -> Size? {
    var window = winsize()
    guard ioctl(handlerMemory.pointee.terminal, UInt(TIOCGWINSZ), &window) == 0,
      window.ws_col > 0, window.ws_row > 0
    else { return nil }
    return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
  }

  private static func sane(_ size: Size) -> Size {
    Size(columns: min(max(1, size.columns), 1000), rows: min(max(1, size.rows), 500))
  }

  /// Takes the terminal again, once the program is in its foreground; returns whether it is ours.
  ///
  /// In the background that means to be stopped until the shell's `fg`, as it does for any program
  /// that sets the terminal. It is not taken when the program is to end.
  func take() -> Bool {
    let memory = handlerMemory
    while true {
      if memory.pointee.endSignal != 0 { return isTaken }
      let owner = tcgetpgrp(memory.pointee.terminal)
      if owner < 0 || owner == getpgrp() { break }
      raise(SIGTTOU)
      poll(nil, 0, 50)
    }
    if !isTaken {
      tcgetattr(memory.pointee.terminal, &memory.pointee.modes)
      phase.store(.up, ordering: .releasing)
      send(capabilities.alternate)
      CapturedErrors.capture()
    }
    setModes()
    return true
  }

  /// Gives the terminal back and stops the process group; returns when it goes on.
  func suspend() {
    var before = sigaction()
    sigaction(SIGTSTP, nil, &before)
    if before.isIgnored { return }
    Rescue.leave()
    var stop = sigaction()
    stop.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(SIGTSTP, &stop, nil)
    kill(0, SIGTSTP)
    sigaction(SIGTSTP, &before, nil)
  }

  /// Sends bytes past ncurses, which has sent all of its own whenever it returns.
  func send(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { Rescue.write($0, to: handlerMemory.pointee.output) }
  }

  private func setModes() {
    var modes = modes
    tcsetattr(handlerMemory.pointee.terminal, TCSADRAIN, &modes)
    send(capabilities.modes)
  }

  /// Keys come at once, unechoed and unchanged.
  ///
  /// ^C and ^\ remain signals, so that they work even when the program does not. ^Z is a key: the
  /// screen has to be left before the stop.
  private static func screenModes(_ shell: termios) -> termios {
    var modes = shell
    modes.c_iflag &= ~tcflag_t(ICRNL | INLCR | IGNCR | IXON | ISTRIP)
    modes.c_oflag &= ~tcflag_t(ONLCR)
    modes.c_lflag &= ~tcflag_t(ICANON | ECHO | ECHONL | IEXTEN)
    modes.c_lflag |= tcflag_t(ISIG)
    modes.setControlCharacter(VSUSP, to: 0)
    modes.setControlCharacter(VMIN, to: 1)
    modes.setControlCharacter(VTIME, to: 0)
    return modes
  }
}

extension termios {
  fileprivate mutating func setControlCharacter(_ index: Int32, to value: cc_t) {
    withUnsafeMutableBytes(of: &c_cc) { $0[Int(index)] = value }
  }
}
