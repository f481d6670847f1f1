import CLinux
import Configuration
import Control
import Dashboard
import Drawing
import Glibc
import Model
import Monitor
import Sampler
import Terminal

/// The one loop: waits for keys, signals and moments, and draws when something has changed.
struct DashboardLoop: ~Copyable {
  private let monitor: Monitor
  private let controller: Controller
  private let signals: Signals
  private var screen: Screen
  private let theme: Theme
  private let glyphs: Glyphs
  private var state: DashboardState
  private var frame = Frame()
  /// What the monitor was told last of ``DashboardState/showsGPUs``.
  private var toldShowsGPUs = false

  /// Opens the dashboard and returns the exit code once it was left.
  ///
  /// `signals` come from whoever has something to clean up: from then on no signal ends the program
  /// before that is done.
  static func run(
    _ look: DashboardOptions.Look, tour: Tour?, signals: Signals
  ) throws -> Int32 {
    let settings = look.settings
    let monitor = Monitor(
      Sampler.Options(declarations: settings.jobs, interval: settings.interval),
      gpus: settings.gpus.monitor(interval: settings.interval), rules: settings.rules)
    // It takes its first sample while the terminal is made ready.
    guard monitor.start() else { throw LoopError.noThread }
    let screen: Screen
    do {
      screen = try Screen(depth: look.depth, mouse: look.settings.mouse, signals: signals)
    } catch {
      monitor.stop()
      throw error
    }
    let controller = Controller(
      Control(
        .current(isReadOnly: look.settings.readOnly, asksGPUs: look.settings.gpus != .off)))
    guard controller.start() else { throw LoopError.noThread }
    var loop = DashboardLoop(
      monitor: monitor, controller: controller, signals: signals, screen: screen, look: look,
      tour: tour)
    let code = loop.run()
    loop.close()
    return code
  }

  private init(
    monitor: Monitor, controller: Controller, signals: Signals, screen: consuming Screen,
    look: DashboardOptions.Look, tour: Tour?
  ) {
    self.monitor = monitor
    self.controller = controller
    self.signals = signals
    theme = look.theme.theme(at: min(look.depth, screen.depth))
    glyphs = screen.isUnicode ? look.glyphs : .ascii
    self.screen = screen
    let settings = DashboardSettings(
      interval: look.settings.interval, isReadOnly: look.settings.readOnly,
      clockOffset: Self.secondsAheadOfUTC)
    state = DashboardState(settings: settings, tour: tour)
  }

  private mutating func run() -> Int32 {
    for effect in state.start() { _ = carryOut(effect) }
    draw()
    while true {
      var sources = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: monitor.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: controller.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&sources, UInt(sources.count), -1) < 0, errno != EINTR { return EXIT_FAILURE }
      for signal in signals.read() {
        if let code = signal.exitCode { return code }
        switch signal {
        case .suspend: screen.suspend()
        case .resume: screen.redraw()
        default: break
        }
      }
      if sources[2].revents != 0, let moment = monitor.takeMoment() {
        state.settings.clockOffset = Self.secondsAheadOfUTC
        state.receive(moment)
      }
      if sources[3].revents != 0 {
        for event in controller.takeEvents() {
          if event.changesLimits { monitor.readLimits() }
          for effect in state.receive(event) { _ = carryOut(effect) }
        }
      }
      while let input = screen.nextInput() {
        for effect in state.handle(input, on: frame) where !carryOut(effect) {
          return EXIT_SUCCESS
        }
      }
      if screen.isGone { return EXIT_SUCCESS }
      draw()
    }
  }

  /// Does what only the loop can do; false when that is to end.
  private mutating func carryOut(_ effect: Effect) -> Bool {
    switch effect {
    case .quit: return false
    case .suspend: screen.suspend()
    case .redraw: screen.redraw()
    case .copy(let text): _ = screen.copyToClipboard(text)
    case .open(let job): monitor.open(job)
    case .setInterval(let seconds): monitor.setInterval(seconds)
    case .control(let request): controller.submit(request)
    }
    return true
  }

  private mutating func draw() {
    let shows = state.showsGPUs
    if shows != toldShowsGPUs {
      toldShowsGPUs = shows
      monitor.setShowsGPUs(shows)
    }
    state.resize(to: screen.size)
    frame.draw(state, theme: theme, glyphs: glyphs)
    screen.show(frame.canvas)
  }

  /// The screen first: a monitor that hangs must not keep it.
  private consuming func close() {
    let monitor = monitor
    let controller = controller
    screen.close()
    monitor.stop()
    // What is being changed is taken back first: nothing is left half done.
    if !controller.stop() {
      complain("a change is still being taken back by the kernel; loadline log says what is left.")
    }
  }

  /// The local time's distance from UTC, which changes with the season.
  private static var secondsAheadOfUTC: Int {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    return local.tm_gmtoff
  }
}

/// Why the dashboard could not open.
nonisolated enum LoopError: Error, CustomStringConvertible {
  case noThread

  var description: String {
    switch self {
    case .noThread: "The system has no thread for the sampler (see ulimit -u)."
    }
  }
}
