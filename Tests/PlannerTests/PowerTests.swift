import Model
import Planner
import Testing

/// What a GPU may draw, in a draft.
@Suite struct PowerTests {
  private let job = Subject("train", inode: 1, cores: 4, memory: .gibi(8), uses: 2, holds: .gibi(4))
  private let target: Target

  init() {
    let id = GPUID(SafeText("GPU-a0"))
    target = Target(GPUIdentity(id: id, index: 0, vendor: .nvidia, name: SafeText("H100")))
  }

  private func item(
    _ watts: Double, _ ability: JobControl.Ability = .settable(.power(Watts(700))),
    draws: Double? = nil
  ) -> Assessment.Item? {
    var moment = Setting(job).moment
    if let draws, case .gpu(let id) = target.id {
      let identity = GPUIdentity(id: id, index: 0, vendor: .nvidia, name: SafeText("H100"))
      var gpu = GPUMoment(reading: GPUReading(identity: identity, time: moment.time))
      gpu.reading.power = .value(Watts(draws))
      gpu.holders = [GPUHolder(job: job.id, reason: .context)]
      moment.gpus = [gpu]
    }
    let control = JobControl(
      target: target, backend: .gpu, knobs: [.power: ability],
      above: JobControl.Bounds(power: Watts(200)...Watts(700)))
    var draft = Draft()
    draft.set(.power(Watts(watts)), of: target, from: .power(Watts(700)))
    return DraftCheck.assess(draft, on: moment, controls: [target.id: control]).items.first
  }

  @Test func whatTheDeviceTakesFits() {
    #expect(item(200)?.verdict == .fits)
    #expect(item(699)?.verdict == .fits)
  }

  @Test(arguments: [199.9, 701])
  func outsideOfTheRangeIsNeverAndTheRangeIsSaid(watts: Double) {
    #expect(item(watts)?.verdict == .never("GPU 0 takes a limit from 200 W to 700 W."))
  }

  @Test func whatIsMissingIsSaid() {
    #expect(
      item(300, .fixed(nil, reason: "Only root may set what a GPU may draw."))?.verdict
        == .never("Only root may set what a GPU may draw."))
  }

  @Test func whatItDrawsNowSaysWhetherItWillBeHeldBack() {
    #expect(item(300, draws: 643)?.effect == "draws 643 W now, will be held to 300 W")
    #expect(item(300, draws: 120)?.effect == "draws 120 W of it now")
    #expect(item(300)?.effect == nil)
  }

  @Test func whoRunsOnItIsNamed() {
    #expect(
      item(300, draws: 643)?.risks == [
        "It holds for all that run on the device: train slows down where the limit is reached."
      ])
  }

  @Test func aJobHasNoPowerLimit() {
    #expect(
      Setting(job).verdict(.power(Watts(300)), of: job)
        == .never(
          "A power limit is a GPU's, not a job's; set that of the device, such as gpu:0 power=300W."
        ))
  }
}
