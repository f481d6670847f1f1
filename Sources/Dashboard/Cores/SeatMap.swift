import Drawing
import Model

/// Where every CPU's seat is drawn: by node, socket, physical core and SMT siblings side by side.
///
/// Pure: the keys that move between seats and the drawing of them ask the same.
struct SeatMap {
  struct Seat {
    var cpu: Int
    /// Below the map's top, before scrolling.
    var rect: Rect
  }
  struct Title {
    var node: Int
    var socket: Int
    var cpus: CPUSet
    var cores: Int
    var y: Int
    /// Whether it is its node's first.
    var isFirst = true

    /// The numbers of the GPUs at its node; nil where there are none or it is not said.
    func gpus(_ moment: Moment) -> CPUSet? {
      guard isFirst else { return nil }
      let devices = moment.gpus.map(\.reading.identity).filter {
        // On a box with one node the devices may not say theirs.
        $0.parent == nil && ($0.node ?? (moment.box.numaNodes == 1 ? node : nil)) == node
      }
      return devices.isEmpty ? nil : CPUSet(devices.map(\.index))
    }
  }

  /// How much of a seat is shown.
  enum Form: CaseIterable {
    /// Number, load, the job's name and a bar.
    case large
    /// Number and letter, and a bar below.
    case medium
    /// A mark, the letter and a block for the load.
    case small
    /// Letter and block.
    case tiny

    var width: Int {
      switch self {
      case .large: 14
      case .medium: 6
      case .small: 3
      case .tiny: 2
      }
    }
    var height: Int {
      switch self {
      case .large: 3
      case .medium: 2
      case .small, .tiny: 1
      }
    }
    /// Blank rows below each row of seats.
    var air: Int { self == .large ? 1 : 0 }
    /// Blank columns between physical cores.
    func gap(siblings: Int) -> Int { self == .large ? 2 : siblings > 1 || self == .tiny ? 1 : 0 }
  }

  let form: Form
  private(set) var seats: [Seat] = []
  private(set) var titles: [Title] = []
  private(set) var height = 0

  /// The roomiest form that fits into the area; the smallest where none does.
  init(_ topology: Topology, in area: Size) {
    for form in Form.allCases {
      let map = SeatMap(topology, columns: area.columns, form: form)
      if map.height <= area.rows || form == .tiny {
        self = map
        return
      }
    }
    self.init(topology, columns: area.columns, form: .tiny)
  }

  private init(_ topology: Topology, columns: Int, form: Form) {
    self.form = form
    var y = 0
    for node in topology.nodes {
      for socket in node.sockets {
        let cpus = CPUSet(socket.cores.flatMap(\.cpus))
        titles.append(
          Title(
            node: node.number, socket: socket.number, cpus: cpus, cores: socket.cores.count, y: y,
            isFirst: socket.number == node.sockets.first?.number))
        y = place(socket.cores, below: y + 1, columns: columns)
      }
    }
    height = y
  }

  private mutating func place(_ cores: [Topology.Core], below top: Int, columns: Int) -> Int {
    let siblings = cores.map(\.cpus.count).max() ?? 1
    let gap = form.gap(siblings: siblings)
    let width = siblings * form.width
    let fit = max(1, (columns + gap) / (width + gap))
    // Rows of a round number of cores are easier to find one's way in.
    let perRow = fit >= 8 ? fit / 8 * 8 : fit >= 4 ? 4 : fit
    var y = top
    for (index, core) in cores.enumerated() {
      if index > 0, index % perRow == 0 { y += form.height + form.air }
      let x = (index % perRow) * (width + gap)
      for (sibling, cpu) in core.cpus.enumerated() {
        seats.append(
          Seat(
            cpu: cpu,
            rect: Rect(
              x: x + sibling * form.width, y: y, width: form.width, height: form.height)))
      }
    }
    return cores.isEmpty ? y : y + form.height + form.air
  }

  func seat(_ cpu: Int?) -> Seat? { seats.first { $0.cpu == cpu } }

  /// The seat so many to the right and down; the same where there is none.
  func neighbour(of cpu: Int?, right: Int, down: Int) -> Int? {
    guard let index = seats.firstIndex(where: { $0.cpu == cpu }) else { return seats.first?.cpu }
    if right != 0 { return seats[min(max(0, index + right), seats.count - 1)].cpu }
    let here = seats[index].rect
    let rows = seats.map(\.rect.y).filter { down > 0 ? $0 > here.y : $0 < here.y }
    guard let y = down > 0 ? rows.min() : rows.max() else { return cpu }
    return seats.filter { $0.rect.y == y }.min {
      abs($0.rect.x - here.x) < abs($1.rect.x - here.x)
    }?.cpu
  }

  /// All seats from one to another, in the order of the map.
  func range(_ from: Int, _ to: Int) -> CPUSet {
    guard let first = seats.firstIndex(where: { $0.cpu == from }),
      let last = seats.firstIndex(where: { $0.cpu == to })
    else { return CPUSet() }
    return CPUSet(seats[min(first, last)...max(first, last)].map(\.cpu))
  }
}

extension Layout {
  /// The map, and below it the legend.
  var seats: (map: Rect, legend: Rect) {
    var map = Rect(
      x: 1, y: titles.y, width: titles.width - 3, height: titles.height + table.height)
    let legend = map.takeBottom(max(1, min(4, map.height / 6)))
    return (map, legend)
  }
}

extension BoxMoment {
  /// Its CPUs as they sit; all alike where that was not read.
  var seating: Topology { topology.isEmpty ? Topology(flat: cpus) : topology }
}
