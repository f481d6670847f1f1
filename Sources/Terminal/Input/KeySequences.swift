import Drawing

/// Which key a sequence stands for; modifiers are not told apart, Shift-Up is Up.
nonisolated enum KeySequences {
  /// `ESC O` and this byte: cursor and keypad keys in application mode, F1–F4.
  static func singleShift(_ byte: UInt8) -> Key? {
    byte == 0x4D ? .enter : letter(byte)
  }

  /// `ESC [ [` and this byte: F1–F5 of the Linux console.
  static func linuxConsole(_ byte: UInt8) -> Key? {
    (0x41...0x45).contains(byte) ? .function(Int(byte) - 0x40) : nil
  }

  /// `ESC [`, numbers and this byte.
  static func control(_ numbers: [Int], final: UInt8) -> Key? {
    switch final {
    case 0x7E: numbers.first.flatMap { tilde($0) }
    case 0x5A: .backTab
    default: letter(final)
    }
  }

  private static func letter(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x41: .up
    case 0x42: .down
    case 0x43: .right
    case 0x44: .left
    case 0x46: .end
    case 0x48: .home
    case 0x50...0x53: .function(Int(byte) - 0x4F)
    default: nil
    }
  }

  private static func tilde(_ number: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...24: .function(number - 12)
    default: nil
    }
  }
}
