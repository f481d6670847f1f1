package import Model

/// What one job hands to another; their sum stays as it is.
package enum Gift: Sendable, Hashable {
  case cores(Cores)
  case memory(Bytes)
  /// CPUs of its core set.
  case cpus(CPUSet)

  package var knob: Knob {
    switch self {
    case .cores: .cores
    case .memory: .memory
    case .cpus: .cpus
    }
  }
}

extension Gift {
  /// Reads `cores=2`, `memory=4GiB`, `cpus=4-5`.
  package init(parsing text: String) throws(KnobMistake) {
    switch try KnobWish(parsing: text) {
    case .to(.cores(.at(let cores))): self = .cores(cores)
    case .to(.memory(.at(let memory))): self = .memory(memory)
    case .to(.cpus(let cpus)) where !cpus.isEmpty: self = .cpus(cpus)
    case let wish where [.cores, .memory, .cpus].contains(wish.knob):
      throw KnobMistake("How much is handed over is a plain amount, such as cores=2.")
    case let wish:
      throw KnobMistake("\(wish.knob.rawValue) cannot be handed over; cores, memory and cpus can.")
    }
  }
}

extension Draft {
  /// Hands over an amount: the donor's knob goes down by it, the taker's up. The failure says why
  /// nothing can be handed over; the draft is then as before.
  ///
  /// Whether the box allows it is for ``DraftCheck`` to say. Cores are handed over by the hundredth.
  package mutating func give(
    _ gift: Gift, from donor: Target, _ donorControl: JobControl, to taker: Target,
    _ takerControl: JobControl
  ) throws(ChangeFailure) {
    let knob = gift.knob
    if donor.id == taker.id { throw ChangeFailure(.never, "A job cannot give to itself.") }
    guard let less = value(of: knob, donor.id, donorControl),
      let more = value(of: knob, taker.id, takerControl)
    else {
      throw ChangeFailure(
        .notNow, "What \(knob.rawValue) the two jobs have is not known, so none can be handed over."
      )
    }
    let (donated, taken) = try Self.split(gift, less, more, donor, taker)
    set(donated, of: donor, from: donorControl.value(of: knob))
    set(taken, of: taker, from: takerControl.value(of: knob))
  }

  /// The most that the donor can hand over and the taker can take of cores or memory, in the knob's own
  /// unit; 0 where nothing.
  package func givable(
    _ knob: Knob, from donor: JobMoment, _ donorControl: JobControl, to taker: JobMoment,
    _ takerControl: JobControl, on moment: Moment
  ) -> Double {
    guard let less = value(of: knob, donor.id, donorControl)?.quantity,
      let more = value(of: knob, taker.id, takerControl)?.quantity
    else { return 0 }
    let low = Self.range(of: knob, for: donor, on: moment, donorControl).lowerBound
    let high = Self.range(of: knob, for: taker, on: moment, takerControl).upperBound
    return max(0, min(less - low, high - more))
  }

  private static func split(
    _ gift: Gift, _ less: KnobValue, _ more: KnobValue, _ donor: Target, _ taker: Target
  ) throws(ChangeFailure) -> (KnobValue, KnobValue) {
    switch (gift, less, more) {
    case (.cores(let amount), .cores(.at(let has)), .cores(.at(let other))):
      let amount = (amount.value * 100).rounded() / 100
      guard amount > 0, amount < has.value - 0.005 else {
        throw ChangeFailure(
          .never,
          "\(donor.name) has \(has.text) and cannot give \(Cores(amount).text) of it: it keeps a hundredth of a core at least."
        )
      }
      // The taker gets what the donor lost, so that the sum is kept to the last bit that is written.
      let rest = less.with(quantity: has.value - amount)
      return (rest, more.with(quantity: other.value + amount))
    case (.memory(let amount), .memory(.at(let has)), .memory(.at(let other))):
      guard amount > .zero, amount < has else { throw tooMuch(donor, has.text, amount.text) }
      return (.memory(.at(has - amount)), .memory(.at(other + amount)))
    case (.cpus(let amount), .cpus(let has), .cpus(let other)):
      if has.isEmpty || other.isEmpty { throw unlimited(has.isEmpty ? donor : taker, gift.knob) }
      guard !amount.isEmpty, amount.isSubset(of: has), amount != has else {
        throw tooMuch(donor, "CPUs \(has)", "CPUs \(amount)")
      }
      return (.cpus(has.subtracting(amount)), .cpus(other.union(amount)))
    default: throw unlimited(less.quantity == nil ? donor : taker, gift.knob)
    }
  }

  private static func unlimited(_ job: Target, _ knob: Knob) -> ChangeFailure {
    ChangeFailure(
      .notNow,
      "\(job.name) has no limit of \(knob.rawValue): give it one first, such as what it uses.")
  }

  private static func tooMuch(_ donor: Target, _ has: String, _ amount: String) -> ChangeFailure {
    ChangeFailure(.never, "\(donor.name) has \(has) and cannot give \(amount) of it.")
  }
}
