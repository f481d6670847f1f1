import Drawing
import Model
import Planner

extension JobColumns {
  static let cores = Column<JobRow>(
    "CORES", note: "used/grant", sort: .cores,
    width: { context in
      let numbers = GaugeCell.numberWidth(context.cores, context)
      return ColumnWidth(
        numbers + bar(context)...numbers + 80, least: numbers + 6, rank: 0, stretch: 3)
    },
    draw: { canvas, slot, row, context in
      GaugeCell.cores(of: row, context)?.draw(on: &canvas, in: slot, context.cores, context)
    })
}

extension GaugeCell {
  /// A row's cores against its grant, or against the box; nil where the row has none.
  static func cores(of row: JobRow, _ context: Context) -> GaugeCell? {
    let moment = context.moment
    let whole = moment.box.cores.value
    switch row {
    case .job(let index):
      let job = moment.jobs[index]
      let limit = job.grant.cores.amount?.value
      return GaugeCell(
        gauge: Gauge(
          used: job.cpu.used?.value, demand: job.cpu.demand?.value, limit: limit, whole: whole,
          mark: job.job.budget.cores?.value),
        limit: limit.map { .at($0) } ?? .none
      ).drafting(context.drafted(job)?.cores.map { $0.amount?.value })
    case .other:
      return GaugeCell(
        gauge: Gauge(used: moment.other.used?.value, limit: nil, whole: whole), limit: .blank)
    case .free:
      return GaugeCell(
        gauge: Gauge(used: moment.idleCores?.value, limit: nil, whole: whole),
        limit: .rest((context.assessment?.unallocatedCores ?? moment.unallocatedCores)?.value),
        isFree: true)
    case .uncharged: return nil
    }
  }
}
