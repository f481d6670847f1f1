import Drawing

/// The theme's styles by name, looked up once a frame, and the glyphs.
struct Look {
  let theme: Theme
  let glyphs: Glyphs
  let text: Style
  let strong: Style
  let dim: Style
  let accent: Style
  let border: Style
  let selection: Style
  let ok: Style
  let warn: Style
  let bad: Style
  let throttled: Style
  let draft: Style
  let cpu: Style
  let memory: Style
  let gpu: Style
  let io: Style
  let line: Style
  let other: Style
  let gauge: GaugePaint

  init(theme: Theme, glyphs: Glyphs) {
    self.theme = theme
    self.glyphs = glyphs
    let text = theme[.text]
    // A role without a background of its own stands on the text's.
    func style(_ role: Role) -> Style {
      let style = theme[role]
      return style.background == .standard ? style.overBackground(of: text) : style
    }
    self.text = text
    strong = text.bold
    dim = style(.dim)
    accent = style(.accent)
    border = style(.border)
    selection = style(.selection)
    ok = style(.ok)
    warn = style(.warn)
    bad = style(.bad)
    throttled = style(.throttled)
    draft = style(.draft)
    cpu = style(.cpu)
    memory = style(.memory)
    gpu = style(.gpu)
    io = style(.io)
    line = style(.line)
    other = style(.other)
    gauge = GaugePaint(
      reclaimable: memory.quiet, unmet: throttled, line: line.bold, noLine: dim, mark: line,
      slack: dim, drafted: draft.bold.reversed)
  }

  var unknown: String { glyphs.unknown }

  /// The gauge's parts on a row with a background of its own.
  func gauge(on background: Style) -> GaugePaint {
    GaugePaint(
      reclaimable: gauge.reclaimable.overBackground(of: background),
      unmet: gauge.unmet.overBackground(of: background),
      line: gauge.line.overBackground(of: background),
      noLine: gauge.noLine.overBackground(of: background),
      mark: gauge.mark.overBackground(of: background),
      slack: gauge.slack.overBackground(of: background),
      drafted: gauge.drafted.overBackground(of: background))
  }
}

extension Style {
  var bold: Style { adding(.bold) }
  var underlined: Style { adding(.underline) }
  var reversed: Style { adding(.reverse) }

  private func adding(_ attribute: Attributes) -> Style {
    var style = self
    style.attributes.insert(attribute)
    return style
  }
}
