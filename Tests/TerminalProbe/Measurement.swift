import Drawing
import Glibc
import Terminal

/// What drawing costs, and what it sends, for a screen full of text in the colours of a gauge.
func measure(_ screen: consuming Screen) {
  let size = screen.size
  var canvas = Canvas(size: size)
  var results: [String] = []
  func time(
    _ name: String, rounds: Int, _ screen: inout Screen, _ change: (inout Canvas, Int) -> Void
  ) {
    var nanoseconds = 0
    let before = written()
    for round in 0..<rounds {
      change(&canvas, round)
      let start = processTime()
      screen.show(canvas)
      nanoseconds += processTime() - start
    }
    let bytes = (written() - before) / rounds
    results.append("\(name): \(nanoseconds / rounds) ns, \(bytes) bytes")
  }
  let isTrueColor = screen.depth == .trueColor
  let styles = (0..<16).map { (step: UInt8) -> Style in
    Style(foreground: isTrueColor ? .rgb(step * 16, 200, 255 - step * 16) : .indexed(step))
  }
  func fill(_ canvas: inout Canvas, _ round: Int) {
    for y in 0..<size.rows {
      for x in 0..<size.columns {
        let letter = UInt8(0x41 + (x + round) % 26)
        let scalar: Unicode.Scalar = x % 10 < 5 ? "█" : Unicode.Scalar(letter)
        canvas.put(scalar, x: x, y: y, styles[(x / 10 + y + round) % 16])
      }
    }
  }
  time("first", rounds: 1, &screen) { fill(&$0, $1) }
  time("unchanged, drawn anew", rounds: 100, &screen) { canvas, _ in fill(&canvas, 0) }
  time("three numbers", rounds: 100, &screen) { canvas, round in
    for (y, digit) in [(3, 0), (20, 3), (40, 7)] where y < size.rows {
      let number = "\((round * 7 + digit) % 10).\((round * 3 + digit) % 10)"
      canvas.write(number, x: 60, y: y, styles[(y + round) % 16])
    }
  }
  time("everything", rounds: 100, &screen) { fill(&$0, $1 + 1) }
  results.insert("\(size.columns)x\(size.rows) \(screen.depth.rawValue)", at: 0)
  screen.close()
  for result in results { print(result) }
}

private func processTime() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Bytes that this process has written so far (`wchar` of proc(5)'s io).
private func written() -> Int {
  guard let file = fopen("/proc/self/io", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  while fgets(&line, Int32(line.count), file) != nil {
    let text = String(
      decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if text.hasPrefix("wchar: ") { return Int(text.dropFirst(7).dropLast()) ?? 0 }
  }
  return 0
}
