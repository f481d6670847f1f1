/// A key, whatever bytes the terminal sent for it.
package enum Key: Sendable, Hashable {
  case character(Unicode.Scalar)
  /// Control and a lower-case letter: `.control("l")` is ^L.
  case control(Unicode.Scalar)
  case enter, escape, tab, backTab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  case function(Int)
}

/// A mouse action at a cell.
package struct MouseInput: Sendable, Hashable {
  package enum Action: Sendable, Hashable {
    case press, release, drag, doubleClick, wheelUp, wheelDown
  }
  package var action: Action
  package var x: Int
  package var y: Int

  package init(_ action: Action, x: Int, y: Int) {
    self.action = action
    self.x = x
    self.y = y
  }
}

/// What a person did.
package enum Input: Sendable, Hashable {
  case key(Key)
  case mouse(MouseInput)
  /// The size of the screen may have changed.
  case resize
}
