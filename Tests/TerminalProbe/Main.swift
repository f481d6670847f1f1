import Drawing
import Glibc
import Terminal

/// A screen with nothing behind it: `TerminalProbe ACT [DEPTH]`.
///
/// It shows a test card and the last inputs; `x` performs the act (see ``Act``), `q` ends it.
@main struct TerminalProbe {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let depth = arguments.dropFirst().first.flatMap { ColorDepth(rawValue: $0) }
    guard let act = arguments.first.flatMap({ Act(rawValue: $0) }) else {
      print("usage: TerminalProbe ACT [DEPTH]; an act is one of", Act.allCases.map(\.rawValue))
      exit(64)
    }
    if act == .offered {
      print(ColorDepth.offered())
      return
    }
    do {
      let signals = try Signals()
      try run(act, Screen(depth: depth, signals: signals), signals)
    } catch let error as TerminalError {
      print(error)
      exit(2)
    }
  }

  /// The loop of a program as it is meant to be written.
  static func run(_ act: Act, _ screen: consuming Screen, _ signals: Signals) throws {
    if act == .measure { return measure(screen) }
    var card = Card()
    var canvas = Canvas(size: screen.size)
    while !screen.isGone {
      card.draw(on: &canvas, size: screen.size, depth: screen.depth)
      screen.show(canvas)
      var waits = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      poll(&waits, 2, -1)
      card.wakes += 1
      for signal in signals.read() {
        card.signals.append(signal)
        if let code = signal.exitCode {
          if act == .lingers { while true { pause() } }
          screen.close()
          print("cleaned up")
          exit(code)
        }
        if signal == .resume { screen.redraw() }
        if signal == .suspend { screen.suspend() }
      }
      while let input = screen.nextInput() {
        card.inputs.append(input)
        switch input {
        case .key(.character("q")): return
        case .key(.character("c")): card.inputs = []
        case .key(.character("x")): try act.perform(screen, round: card.inputs.count)
        case .key(.control("l")): screen.redraw()
        case .key(.control("z")): screen.suspend()
        default: break
        }
      }
    }
    screen.close()
    exit(9)
  }
}
