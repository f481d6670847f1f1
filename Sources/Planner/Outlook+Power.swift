import Model

/// What a change of a GPU's power limit does: of a device, not of a job.
extension Outlook {
  func verdict(onDevice change: Change) -> Verdict {
    guard let control = controls[change.target.id] else { return .unknown }
    switch control.knobs[change.knob] {
    case .settable: break
    case .fixed(_, let reason): return .never(reason)
    case nil: return .never("\(change.knob.rawValue) cannot be set on a GPU, only power.")
    }
    guard case .power(let limit) = change.to, let range = control.above.power,
      !range.contains(limit)
    else { return .fits }
    return .never(
      "\(change.target.name) takes a limit from \(range.lowerBound.text) to \(range.upperBound.text)."
    )
  }

  func effect(of change: Change, of id: GPUID) -> String? {
    guard case .power(let limit) = change.to, let drawn = device(id)?.reading.power.value else {
      return nil
    }
    return drawn > limit
      ? "draws \(drawn.text) now, will be held to \(limit.text)" : "draws \(drawn.text) of it now"
  }

  func risks(of change: Change, of id: GPUID) -> [String] {
    var risks: [String] = []
    if let now = controls[change.target.id]?.value(of: change.knob), let from = change.from,
      now != from
    {
      risks.append("Somebody has changed it since: it was \(from.text) and is \(now.text).")
    }
    let holders = (device(id)?.holders ?? []).compactMap { holder in
      moment.jobs.first { $0.id == holder.job }?.job.name.string
    }
    if change.isDecrease, !holders.isEmpty {
      let names = holders.prefix(3).joined(separator: ", ")
      let more = holders.count > 3 ? " and \(holders.count - 3) more" : ""
      risks.append(
        "It holds for all that run on the device: \(names)\(more) \(holders.count == 1 ? "slows" : "slow") down where the limit is reached."
      )
    }
    return risks
  }

  private func device(_ id: GPUID) -> GPUMoment? { moment.gpus.first { $0.id == id } }
}
