import Drawing
import Model
import Planner

extension JobColumns {
  static let memory = Column<JobRow>(
    "MEMORY", note: "GiB used/grant", sort: .memory,
    width: { context in
      let numbers = GaugeCell.numberWidth(context.memory, context)
      return ColumnWidth(
        numbers + bar(context)...numbers + 80, least: numbers + 6, rank: 0, stretch: 3)
    },
    draw: { canvas, slot, row, context in
      GaugeCell.memory(of: row, context).draw(on: &canvas, in: slot, context.memory, context)
    })
}

extension GaugeCell {
  /// A row's memory against its limit, or against the box.
  static func memory(of row: JobRow, _ context: Context) -> GaugeCell {
    let (moment, scale) = (context.moment, context.memory)
    let whole = scale.value(moment.box.memory)
    func amount(_ bytes: Bytes?) -> Double? { bytes.map { scale.value($0) } }
    func total(_ used: Bytes?, _ limit: GaugeCell.Limit, cache: Bytes? = nil) -> GaugeCell {
      GaugeCell(
        gauge: Gauge(
          used: amount(used), reclaimable: amount(cache) ?? 0, limit: nil, whole: whole),
        limit: limit)
    }
    switch row {
    case .job(let index):
      let job = moment.jobs[index]
      let limit = amount(job.grant.memoryLine.amount)
      return GaugeCell(
        gauge: Gauge(
          used: amount(job.memory.used), reclaimable: amount(job.memory.file) ?? 0, limit: limit,
          whole: whole, mark: amount(job.job.budget.memory)),
        isEstimate: job.memory.isEstimate, limit: limit.map { .at($0) } ?? .none
      ).drafting(context.drafted(job)?.memory.map { amount($0.amount) })
    case .other:
      var cell = total(moment.other.memory.used, .blank, cache: moment.other.memory.file)
      cell.isEstimate = moment.other.memory.isEstimate
      return cell
    case .uncharged: return total(moment.memoryUncharged, .blank)
    case .free:
      let rest = context.assessment?.unallocatedMemory ?? moment.unallocatedMemory
      var cell = total(moment.idleMemory, .rest(amount(rest)))
      cell.isFree = true
      return cell
    }
  }
}
