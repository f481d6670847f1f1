/// The characters that gauges, sparklines and marks are drawn with.
///
/// Independent of colour: chosen by the locale and `--ascii`.
package struct Glyphs: Sendable, Equatable {
  package var isASCII: Bool
  /// Bars of 1/8 … 8/8 of a cell, growing rightwards (ASCII: full only).
  package var bars: [Unicode.Scalar]
  /// Columns of 1/8 … 8/8 of a cell, growing upwards, for sparklines.
  package var columns: [Unicode.Scalar]
  /// The upper half and upper left quarter of a cell: the second row of a gauge two rows high.
  package var halfBars: [Unicode.Scalar]
  /// Fills of a stacked bar that are told apart without colour, densest first.
  package var shades: [Unicode.Scalar]
  package var unmet: Unicode.Scalar
  package var beyond: Unicode.Scalar
  package var reclaimable: Unicode.Scalar
  package var line: Unicode.Scalar
  package var noLine: Unicode.Scalar
  package var budgetMark: Unicode.Scalar
  /// The line as a draft would have it, and what stands between an old and a new value.
  package var draftedLine: Unicode.Scalar
  package var arrow: Unicode.Scalar
  /// What stands between the end of a bar and its line.
  package var slack: Unicode.Scalar
  /// What stands where nothing can be.
  package var track: Unicode.Scalar
  /// What encloses a gauge; nil where the line alone shows its extent.
  package var gaugeEnds: [Unicode.Scalar]?
  package var ellipsis: Unicode.Scalar
  package var unknown: String
  package var horizontal: Unicode.Scalar
  package var vertical: Unicode.Scalar
  /// Top left, top right, bottom left, bottom right.
  package var corners: [Unicode.Scalar]
  package var selected: Unicode.Scalar
  package var down: Unicode.Scalar
  package var up: Unicode.Scalar
  package var descending: Unicode.Scalar
  package var ascending: Unicode.Scalar
  package var scrollThumb: Unicode.Scalar
  package var live: Unicode.Scalar
  package var middleDot: Unicode.Scalar
  package var cursor: Unicode.Scalar

  package static let blocks = Glyphs(
    isASCII: false, bars: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    columns: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], halfBars: ["▀", "▘"],
    shades: ["█", "▓", "▒", "░"], unmet: "▒", beyond: "▸", reclaimable: "░", line: "┃",
    noLine: "┊", budgetMark: "╎", draftedLine: "║", arrow: "→", slack: " ", track: "·",
    gaugeEnds: nil, ellipsis: "…",
    unknown: "–", horizontal: "─", vertical: "│", corners: ["╭", "╮", "╰", "╯"], selected: "▶",
    down: "↓", up: "↑", descending: "▼", ascending: "▲", scrollThumb: "┃", live: "●",
    middleDot: "·", cursor: "▏")

  package static let ascii = Glyphs(
    isASCII: true, bars: ["#"], columns: [".", ".", ":", ":", "+", "+", "#", "#"],
    halfBars: [" ", " "], shades: ["#", "=", "+", "."], unmet: "=", beyond: ">", reclaimable: ".",
    line: "|", noLine: ":", budgetMark: "!", draftedLine: "H", arrow: ">", slack: "-", track: " ",
    gaugeEnds: ["[", "]"],
    ellipsis: "~", unknown: "-", horizontal: "-", vertical: "|", corners: ["+", "+", "+", "+"],
    selected: ">", down: "v", up: "^", descending: "v", ascending: "^", scrollThumb: "#",
    live: "*", middleDot: ".", cursor: "_")
}
