/// How roles look on terminals of sixteen and eight colours.
extension Role {
  /// The usual colour, nil for the terminal's own, and the attributes that go with it.
  ///
  /// Made by hand. No role takes black, white or their bright forms, which are the background of one
  /// terminal or another (bright black is the background of Solarized dark): what is fainter than
  /// text is dim instead. On a dark background red, magenta and blue are bright, since they are hard
  /// to read there.
  func ansi(
    on background: ThemeDefinition.Background
  ) -> (color: ColorANSI?, attributes: Attributes) {
    switch hue {
    case .red, .magenta, .blue: (background == .dark ? hue?.bright : hue, ansiAttributes)
    default: (hue, ansiAttributes)
    }
  }

  private var hue: ColorANSI? {
    switch self {
    case .text, .dim, .border, .selection, .line, .other: nil
    case .accent, .focus, .cpu: .cyan
    case .ok, .gpu: .green
    case .warn, .io, .throttled: .yellow
    case .bad: .red
    case .waste, .draft, .memory: .magenta
    case .job1, .job7: .cyan
    case .job2, .job8: .red
    case .job3, .job9: .green
    case .job4, .job10: .magenta
    case .job5, .job11: .yellow
    case .job6, .job12: .blue
    }
  }

  private var ansiAttributes: Attributes {
    switch self {
    case .dim, .border, .other: .dim
    case .accent, .focus, .line, .bad, .throttled: .bold
    case .selection: [.bold, .underline]
    case .draft: [.bold, .reverse]
    // Six hues tell twelve jobs apart together with bold.
    case .job7, .job8, .job9, .job10, .job11, .job12: .bold
    default: []
    }
  }
}
