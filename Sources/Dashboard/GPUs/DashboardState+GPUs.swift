import Model

extension DashboardState {
  /// The GPU view is on the screen: what costs time to read is worth it now.
  package var showsGPUs: Bool { view == .gpus && opened == nil }

  /// The device of the selected row.
  var selectedGPU: GPUMoment? {
    guard let moment, let row = gpus.selectedRow, gpus.rows.indices.contains(row),
      moment.gpus.indices.contains(gpus.rows[row])
    else { return nil }
    return moment.gpus[gpus.rows[row]]
  }

  mutating func applyInGPUs(_ action: Action) -> [Effect]? {
    guard showsGPUs, mode == .browsing else { return nil }
    let page = layout.gpuRows(of: gpus.rows.count)
    switch action {
    case .move(let rows): moveGPU { $0 + rows }
    case .page(let halves): moveGPU { $0 + halves * max(1, page / 2) }
    case .first: moveGPU { _ in 0 }
    case .last: moveGPU { _ in Int.max }
    case .scroll(let rows):
      gpus.scroll.top += rows
      settle()
    case .selectGPU(let id):
      guard let moment, let row = gpus.rows.firstIndex(where: { moment.gpus[$0].id == id }) else {
        break
      }
      moveGPU { _ in row }
    case .open: return openHolder()
    case .copyName:
      guard let id = selectedGPU?.id.text.string else { break }
      say("copied \(id)")
      return [.copy(id)]
    case .sortPicker: say("GPUs keep the order of their driver's tools")
    default: return nil
    }
    return []
  }

  private mutating func moveGPU(_ target: (Int) -> Int) {
    guard let moment else { return }
    gpus.select(row: target(gpus.selectedRow ?? 0), of: moment)
    revealGPU()
  }

  mutating func revealGPU() {
    gpus.scroll.reveal(gpus.selectedRow, page: layout.gpuRows(of: gpus.rows.count))
    settle()
  }

  /// Opens the job that holds most of the selected device.
  private mutating func openHolder() -> [Effect] {
    guard let gpu = selectedGPU else { return [] }
    guard let holder = gpu.holders.first else {
      say(gpu.strangers.isEmpty ? "no job holds it" : "held by a process in no job")
      return []
    }
    select(holder.job)
    return open(holder.job)
  }
}

extension Layout {
  /// How many of so many devices are on the screen at once.
  func gpuRows(of count: Int) -> Int { listRows(of: count) }
}
