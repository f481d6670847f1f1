import CNcurses
import Drawing

/// Turns styles into what ncurses draws with: attributes and a colour pair.
struct Palette {
  /// What the program may draw with here.
  let depth: ColorDepth
  /// Whether colours are sent as RGB, through ``DirectColor``.
  private let isDirect: Bool
  /// Whether the terminal's own colours can be named, as -1.
  private let hasStandard: Bool
  private let colors: Int32

  /// A cell in each style seen so far, with a space in it.
  private var pens: [Style: cchar_t] = [:]
  /// ncurses recycles pairs that are on the screen when it runs out of them, so they are counted.
  private var pairs: [Pair: Int32] = [:]
  private let pairLimit: Int
  private var last: (style: Style, pen: cchar_t)

  private struct Pair: Hashable {
    var foreground: Int32
    var background: Int32
  }

  /// To be made after `newterm`.
  init(depth: ColorDepth, isDirect: Bool) {
    let isColored = depth != .mono && start_color() == OK && has_colors()
    self.depth = isColored ? depth : .mono
    self.isDirect = isDirect
    hasStandard = isColored && use_default_colors() == OK
    colors = isColored ? ll_colors() : 0
    pairLimit = isColored ? Int(ll_color_pairs()) - 1 : 0
    last = (Style(), cchar_t())
    last.pen = pen(Style())
  }

  /// A cell of ncurses that shows `scalar`.
  mutating func cell(_ scalar: wchar_t, _ style: Style) -> cchar_t {
    if style != last.style {
      if let known = pens[style] {
        last = (style, known)
      } else {
        last = (style, pen(style))
        pens[style] = last.pen
      }
    }
    var cell = last.pen
    cell.chars.0 = scalar
    return cell
  }

  private mutating func pen(_ style: Style) -> cchar_t {
    var attributes: attr_t = 0
    if style.attributes.contains(.bold) { attributes |= ll_bold }
    if style.attributes.contains(.dim) { attributes |= ll_dim }
    if style.attributes.contains(.reverse) { attributes |= ll_reverse }
    if style.attributes.contains(.underline) { attributes |= ll_underline }
    // The way to the bright half of sixteen colours on a terminal that has eight.
    if colors == 8, case .indexed(8...15) = style.foreground { attributes |= ll_bold }

    var pair = number(of: style)
    let space: [wchar_t] = [0x20, 0]
    var cell = cchar_t()
    setcchar(&cell, space, attributes, Int16(clamping: pair), &pair)
    return cell
  }

  private mutating func number(of style: Style) -> Int32 {
    let wanted = Pair(
      foreground: number(of: style.foreground, standard: hasStandard ? -1 : COLOR_WHITE),
      background: number(of: style.background, standard: hasStandard ? -1 : COLOR_BLACK))
    if depth == .mono || wanted == Pair(foreground: -1, background: -1) { return 0 }
    if let pair = pairs[wanted] { return pair }
    guard pairs.count < pairLimit else { return 0 }
    let pair = max(0, alloc_pair(wanted.foreground, wanted.background))
    pairs[wanted] = pair
    return pair
  }

  /// Themes are resolved at the depth of the screen; a colour beyond it becomes the standard one.
  private func number(of color: Color, standard: Int32) -> Int32 {
    switch color {
    case .standard: return standard
    case .indexed(let index):
      if isDirect { return DirectColor.paletteStart + Int32(index) }
      if Int32(index) < colors { return Int32(index) }
      return index < 16 && colors == 8 ? Int32(index) - 8 : standard
    case .rgb(let red, let green, let blue):
      return isDirect ? Int32(red) << 16 | Int32(green) << 8 | Int32(blue) : standard
    }
  }
}
