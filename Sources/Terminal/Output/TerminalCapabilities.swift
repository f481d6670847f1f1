import CNcurses
import Glibc

/// What is sent to begin and end the screen, from the terminal's description.
struct TerminalCapabilities {
  /// Switches to the alternate screen.
  let alternate: [UInt8]
  /// Sets the modes of the screen: cursor hidden, mouse reports on.
  let modes: [UInt8]
  /// Gives it back: everything that anyone may have switched on is switched off.
  let leave: [UInt8]
  /// The number of colours that the description speaks of.
  let colors: Int

  /// Reads the description of `type`.
  ///
  /// - Throws: when it is not known or cannot place the cursor.
  init(type: String, mouse: Bool) throws(TerminalError) {
    var reason: Int32 = 0
    guard setupterm(type, STDOUT_FILENO, &reason) == OK else { throw .unknownType(type) }
    // newterm() loads its own.
    defer { del_curterm(set_curterm(nil)) }
    guard let home = Self.string("cup"), !home.isEmpty else { throw .cannotDraw(type) }

    // xterm's mouse: presses and the wheel, drags, in the form that has no limit of 223 columns.
    // Terminals with a mouse know these modes, whatever their description says.
    let mouseOn = mouse ? Array("\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h".utf8) : []
    let mouseOff = Array("\u{1B}[?1006l\u{1B}[?1003l\u{1B}[?1002l\u{1B}[?1000l".utf8)
    let hasMouse = Self.string("kmous") != nil || type == DirectColor.name
    let alternate = Self.string("smcup")
    self.alternate = alternate ?? []
    modes = (Self.string("civis") ?? []) + (hasMouse ? mouseOn : [])
    // Without an alternate screen there is nothing to return to but an empty one.
    let end = alternate == nil ? Self.string("clear") : Self.string("rmcup")
    // ncurses sets the scrolling region to what it takes for the size; DECSTBM takes that back.
    let scrolls = Self.string("csr")?.starts(with: [0x1B, 0x5B]) ?? false
    leave =
      (hasMouse ? mouseOff : []) + (scrolls ? [0x1B, 0x5B, 0x72] : []) + (Self.string("sgr0") ?? [])
      + (Self.string("op") ?? [])
      + (Self.string("cnorm") ?? []) + (end ?? [])
    colors = Int(max(0, tigetnum("colors")))
  }

  /// A capability without parameters, without its padding (`$<5>`), which only printing terminals of
  /// the 1970s need.
  private static func string(_ name: String) -> [UInt8]? {
    guard let value = tigetstr(name), Int(bitPattern: value) != -1 else { return nil }
    var bytes: [UInt8] = []
    var next = value
    while next.pointee != 0 {
      if next.pointee == 0x24, next[1] == 0x3C {
        while next.pointee != 0, next.pointee != 0x3E { next += 1 }
        if next.pointee != 0 { next += 1 }
        continue
      }
      bytes.append(UInt8(bitPattern: next.pointee))
      next += 1
    }
    return bytes
  }
}
