/// The colours of gauges.
extension ThemeDefinition {
  /// Styles for loads of 0…1, evenly spaced.
  func gradient(at depth: ColorDepth) -> [Style] {
    guard !gradient.isEmpty, depth > .mono else { return [Style()] }
    if depth < .indexed {
      return (0...20).map { style(of: stateRole(load: Double($0) / 20), at: depth) }
    }
    let ground = style(of: .text, at: depth).background
    return interpolated(steps: 32).map { color in
      Style(
        foreground: depth == .trueColor ? color : color.nearestIndexed, background: ground)
    }
  }

  /// Colours along the stops, mixed where equal steps look equal.
  private func interpolated(steps: Int) -> [Color] {
    let stops = gradient.compactMap { color in
      if case .rgb(let red, let green, let blue) = color {
        ColorOKLab(red: red, green: green, blue: blue)
      } else {
        nil
      }
    }
    guard let last = stops.last, steps > 1 else { return [.standard] }
    return (0..<steps).map { step in
      let position = Double(step) / Double(steps - 1) * Double(stops.count - 1)
      let index = Int(position)
      guard index + 1 < stops.count else { return last.rgb }
      return stops[index].mixed(with: stops[index + 1], share: position - Double(index)).rgb
    }
  }

  /// Where colours are too few for steps, a load is a state.
  private func stateRole(load: Double) -> Role {
    if load < 0.7 { return .ok }
    return load < 0.9 ? .warn : .bad
  }
}
