import Drawing
import Glibc
import Terminal

/// A test card: the size, marks in all corners, colours, wide and strange characters, and what came.
struct Card {
  var inputs: [Input] = []
  var signals: [Signal] = []
  var wakes = 0

  func draw(on canvas: inout Canvas, size: Size, depth: ColorDepth) {
    canvas.clear(size: size)
    let plain = Style()
    canvas.write(
      "size \(size.columns)x\(size.rows) depth \(depth.rawValue) pid \(getpid()).", x: 1, y: 0,
      plain)
    // A wide character at the edge, one put without its second half, a control, a combining mark and
    // a ZWJ emoji: none may spoil what is beside it.
    canvas.write("wide 漢字|é|▁▂▃▄▅▆▇█|⣿|", x: 1, y: 1, plain)
    canvas.put("漢", x: 1, y: 2, plain)
    canvas.put("\u{7}", x: 2, y: 2, plain)
    canvas.put("\u{301}", x: 3, y: 2, plain)
    canvas.put("\0", x: 4, y: 2, plain)
    canvas.write("👩\u{200D}🚀|after", x: 5, y: 2, plain)
    for (x, color) in Self.colors.enumerated() {
      canvas.put("#", x: 1 + x, y: 3, Style(foreground: color))
      canvas.put(" ", x: 20 + x, y: 3, Style(background: color))
    }
    canvas.put("B", x: 40, y: 3, Style(attributes: [.bold, .underline]))
    canvas.put("R", x: 41, y: 3, Style(attributes: [.dim, .reverse]))
    var y = 4
    for input in inputs.suffix(max(0, size.rows - 7)) {
      canvas.write("input \(input)", x: 1, y: y, plain)
      y += 1
    }
    canvas.write("signals \(signals.suffix(4))", x: 1, y: size.rows - 2, plain)
    canvas.write("wakes \(wakes)", x: 1, y: size.rows - 1, plain)
    for x in [0, size.columns - 1] {
      for y in [0, size.rows - 1] { canvas.put("+", x: x, y: y, plain) }
    }
  }

  private static let colors: [Color] = [
    .indexed(1), .indexed(9), .indexed(196), .rgb(0, 0, 0), .rgb(0, 0, 5), .rgb(255, 128, 0),
  ]
}
