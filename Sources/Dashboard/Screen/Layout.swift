import Drawing

/// Where everything stands on a screen of this size.
///
/// Pure: the keys that page through a list and
/// the drawing of it ask the same.
struct Layout {
  /// The smallest screen that is drawn on.
  static let least = Size(columns: 60, rows: 15)

  let fits: Bool
  let title: Rect
  /// Cores, memory and, where there is room, GPUs and IO.
  let gauges: Rect
  /// Rows of each of the box's gauges.
  let boxGaugeHeight: Int
  /// How many of the box's gauges there are: GPUs have one where there is room.
  let boxGauges: Int
  /// Between the header and the bottom bar.
  let body: Rect
  let hint: Rect
  let bar: Rect
  /// The list's titles, rows with the total rows below them, and the selected job's panel.
  let titles: Rect
  let table: Rect
  let panel: Rect
  let totals: Int
  /// An opened job: its gauges and facts, and the rows of its processes.
  let facts: Rect
  let processTitles: Rect
  let processes: Rect

  init(size: Size, view: View, hasHint: Bool, hasDraft: Bool = false, hasGPUs: Bool = false) {
    fits = size.columns >= Self.least.columns && size.rows >= Self.least.rows
    let air = size.rows >= 30 ? 1 : 0
    var rest = Rect(x: 0, y: 0, width: size.columns, height: size.rows)
    bar = rest.takeBottom(1)
    hint = rest.takeBottom(hasHint ? 1 : 0)
    title = rest.takeTop(1)
    _ = rest.takeTop(air)
    boxGaugeHeight = size.rows >= 50 ? 2 : 1
    boxGauges = hasGPUs && size.rows >= 20 ? 3 : 2
    gauges = rest.takeTop(boxGauges * boxGaugeHeight + (size.rows >= 20 ? 1 : 0))
    _ = rest.takeTop(air)
    body = rest

    var opened = rest
    facts = opened.takeTop(max(min(7, rest.height * 2 / 3), rest.height * 2 / 5))
    _ = opened.takeTop(rest.height >= 24 ? 1 : 0)
    processTitles = opened.takeTop(1)
    processes = opened

    // A third of the body is the panel's; on a low screen all of it is the list's.
    // An open draft keeps a few of its rows there too, or nobody could see what it says.
    let least = hasDraft && view.hasPanel ? 4 : view.leastPanel
    let wanted =
      view.hasPanel && rest.height >= 16 ? min(18, max(7, rest.height * 2 / 5)) : least
    panel = rest.takeBottom(wanted)
    titles = rest.takeTop(1)
    table = rest
    totals = view.totals.count
  }

  /// How many of so many jobs are on the screen at once.
  func listRows(of count: Int) -> Int {
    max(1, min(count, (table.height - totals * height(of: count)) / height(of: count)))
  }

  /// The rows of the screen that a row of the table takes: two where all of them have the room.
  func height(of count: Int) -> Int {
    table.height >= 24 && (count + totals) * 2 <= table.height ? 2 : 1
  }

  var processRows: Int { max(1, processes.height) }

  /// The opened job's findings have the place of its processes and their titles.
  var findings: Rect {
    Rect(
      x: 0, y: processTitles.y, width: processes.width,
      height: processes.height + processTitles.height)
  }
}

extension DashboardState {
  var layout: Layout {
    Layout(
      size: size, view: ViewTable[view], hasHint: tour?.current != nil, hasDraft: draft != nil,
      hasGPUs: moment?.tellsGPUs ?? false)
  }
}
