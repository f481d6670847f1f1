import Model

extension Waste {
  /// From the dearest to the cheapest, as many of them as there are: `1.9 GPUs, 12.0 cores, 48 GiB`,
  /// `1.9 GPUs, 12.0 cores`, `1.9 GPUs`; what rounds to nothing is left out.
  var texts: [String] {
    var amounts: [String] = []
    if gpus >= 0.05 {
      amounts.append(Format.decimal(gpus, places: 1) + (gpus == 1 ? " GPU" : " GPUs"))
    }
    if cores >= 0.05 {
      amounts.append(Format.decimal(cores, places: 1) + (cores == 1 ? " core" : " cores"))
    }
    if memory >= 0.5 { amounts.append(Format.decimal(memory, places: 0) + " GiB") }
    return amounts.indices.reversed().map { amounts[...$0].joined(separator: ", ") }
  }

  /// All of it; nil where it is nothing.
  var text: String? { texts.first }
}

extension Moment {
  /// What all findings together say is held for nothing.
  var waste: Waste {
    var sum = Waste()
    for finding in jobs.flatMap(\.findings) + findings {
      guard let waste = finding.waste else { continue }
      sum.cores += waste.cores
      sum.memory += waste.memory
      sum.gpus += waste.gpus
    }
    return sum
  }
}
