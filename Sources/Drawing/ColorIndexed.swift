extension Color {
  /// The entry of the 256-colour palette that looks most like this colour.
  ///
  /// Only 16–255 are taken: 0–15 are the user's own and can be anything.
  var nearestIndexed: Color {
    guard case .rgb(let red, let green, let blue) = self else { return self }
    let wanted = ColorOKLab(red: red, green: green, blue: blue)
    var nearest = (index: UInt8(16), distance: Double.infinity)
    for (index, color) in zip(UInt8(16)...255, fixedPalette) {
      let distance = color.distance(to: wanted, hueWeight: 2)
      if distance < nearest.distance { nearest = (index, distance) }
    }
    return .indexed(nearest.index)
  }
}

/// Entries 16–255: a cube of six levels a side, then 24 greys, as xterm fixed them
/// (https://invisible-island.net/xterm/, 256colres.pl).
private let fixedPalette: [ColorOKLab] = {
  let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
  let cube = levels.flatMap { red in
    levels.flatMap { green in
      levels.map { blue in ColorOKLab(red: red, green: green, blue: blue) }
    }
  }
  let greys = (UInt8(0)..<24).map { step in
    let level = 8 + 10 * step
    return ColorOKLab(red: level, green: level, blue: level)
  }
  return cube + greys
}()
