import CNcurses
package import Drawing
import Glibc

/// The terminal: a canvas in, inputs out.
///
/// There is one at a time. It is given back when this value ends, at `exit`, and by the signal handlers of ``Signals``.
package struct Screen: ~Copyable {
  /// What colours may be drawn: what was asked for, unless the terminal has none.
  package var depth: ColorDepth { painter.depth }
  /// Whether characters beyond ASCII can be drawn; others become `?`.
  package let isUnicode: Bool
  /// Whether the person at the terminal is gone: there will be no more input, and nobody looks.
  package var isGone: Bool { reader.isGone }

  private let line: TerminalLine
  private var painter: Painter
  private var reader = InputReader()
  private var reportedSize: Size

  /// Takes the terminal.
  ///
  /// - Parameters:
  ///   - depth: the colours to draw with; nil for the most that the terminal says it can show.
  ///   - mouse: whether clicks are inputs; if not, the terminal's own selection works as ever.
  ///   - signals: the proof that whatever ends the program gives the terminal back.
  /// - Throws: when this is no terminal, or none that can be drawn on.
  package init(
    depth: ColorDepth? = nil, mouse: Bool = true, signals _: Signals
  ) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("output") }
    let type = try TerminalType(depth: depth, mouse: mouse)
    let isUnicode = prepareLocale()
    let line = try TerminalLine(type)
    self.isUnicode = isUnicode
    self.line = line
    painter = Painter(depth: type.depth, isDirect: type.isDirect)
    reportedSize = line.size
  }

  deinit { Rescue.leave() }

  /// The size of the terminal now.
  package var size: Size { line.size }

  /// Shows `canvas`: what differs from what was shown last is sent, and nothing if nothing does.
  ///
  /// A canvas of another size than the terminal's is cut off or surrounded by blanks.
  package mutating func show(_ canvas: Canvas) {
    guard line.isTaken else { return }
    CapturedErrors.trim()
    painter.paint(canvas, on: line.size)
  }

  /// Draws everything anew, and sets the terminal as the screen needs it: for ^L, and after a stop.
  package mutating func redraw() {
    if line.take() { painter.repaint() }
  }

  /// What the person did next, if anything; never waits for it.
  ///
  /// To be called until it returns nil, when standard input is readable or hung up and after
  /// ``Signal/resize``.
  package mutating func nextInput() -> Input? {
    if let input = reader.next() { return input }
    if reportedSize != line.size {
      reportedSize = line.size
      return .resize
    }
    return nil
  }

  /// Stops the program, and all of its process group, as ^Z does; the screen is back when it goes on.
  package mutating func suspend() {
    line.suspend()
    redraw()
  }

  /// Puts `text` on the clipboard of the person at the terminal, if their terminal permits it.
  ///
  /// Returns false for text that is too long for a terminal to take.
  package func copyToClipboard(_ text: String) -> Bool {
    guard line.isTaken, let sequence = Clipboard.sequence(text) else { return false }
    line.send(sequence)
    return true
  }

  /// Gives the terminal back; what was written to standard error meanwhile is printed.
  package consuming func close() {}
}
