import Model
import Testing

@Suite("gpu-compute, gpu-hollow") struct GPUWorkTests {
  @Test("calls a GPU at 95 % and 80 % of its power limit well used, after a minute")
  func compute() throws {
    let run = Run()
    run.addGPUs(2, busy: 0.98, power: 600)
    run.pass(47)
    #expect(run.finding(.gpuCompute) == nil)
    run.pass(12)
    let finding = try #require(run.finding(.gpuCompute))
    #expect(finding.level == .note)
    #expect(
      finding.text
        == "Its 2 GPUs compute as hard as they can: busy 98 % of the time, at 86 % of the power limit. Nothing else is in its way."
    )
  }

  @Test("trusts the activity of the units before utilisation")
  func units() {
    let run = Run()
    run.addGPUs(1, busy: 1, power: 650)
    run.moment.gpus[0].reading.activity = .value(GPUActivity(multiprocessors: Share(0.3)))
    run.pass(120)
    #expect(run.finding(.gpuCompute) == nil)
  }

  @Test("calls a GPU that is always busy at a third of its power hollow")
  func hollow() throws {
    let run = Run()
    run.addGPUs(1, busy: 1, power: 230)
    run.pass(47)
    #expect(run.finding(.gpuHollow) == nil)
    run.pass(12)
    #expect(
      try #require(run.finding(.gpuHollow)).text
        == "GPU 0 is busy 100 % of the time but at 33 % of the power limit: small kernels, waiting for memory, or waiting for other GPUs."
    )
    run.gpus(power: 600)
    run.pass(80)
    #expect(run.finding(.gpuHollow) == nil)
  }

  @Test("does not call units that move data hollow, nor an instance by the power of the whole")
  func moving() {
    let run = Run()
    run.addGPUs(1, busy: 1, power: 230)
    run.moment.gpus[0].reading.activity = .value(GPUActivity(multiprocessors: Share(0.7)))
    run.pass(120)
    #expect(run.finding(.gpuHollow) == nil)
    run.moment.gpus[0].reading.activity = .unsupported
    run.moment.gpus[0].reading.identity.parent = GPUID(SafeText("GPU-9"))
    run.pass(120)
    #expect(run.finding(.gpuHollow) == nil)
    #expect(run.missing(.gpuHollow) == .gpuPower)
  }
}

@Suite("gpu-memory") struct GPUMemoryTests {
  @Test("is amber after a minute at 90 % of a GPU's memory, and says that it may need less")
  func amber() {
    let run = Run()
    run.addGPUs(2)
    run.moment.gpus[1].reading.memoryUsed = .value(.gibi(74))
    run.pass(59)
    #expect(run.finding(.gpuMemory) == nil)
    run.pass(1)
    #expect(
      run.finding(.gpuMemory)?.text
        == "GPU 1's memory is 93 % full. Frameworks reserve ahead: it may need less.")
    #expect(run.finding(.gpuMemory)?.suggestion == nil)
  }
}

@Suite("gpu-clocks") struct GPUClockTests {
  @Test("is amber after a minute of being held back by heat 5 % of the time, red at 20 %")
  func heat() {
    let run = Run()
    run.addGPUs(1)
    run.moment.gpus[0].reading.clock = .value(1410)
    run.hold(0, seconds: 75, heat: 0.08)
    #expect(run.finding(.gpuClocks)?.level == .amber)
    run.hold(0, seconds: 70, heat: 0.4)
    #expect(run.finding(.gpuClocks)?.level == .red)
    run.hold(0, seconds: 30, heat: 0.4)
    #expect(
      run.finding(.gpuClocks)?.text
        == "GPU 0's clocks are held back by heat 40 % of the time (1410 of 1980 MHz).")
    run.pass(120)
    #expect(run.finding(.gpuClocks) == nil)
  }

  @Test("does not care for one short moment")
  func short() {
    let run = Run()
    run.addGPUs(1)
    run.hold(0, seconds: 3, brake: 1)
    run.pass(120)
    #expect(run.finding(.gpuClocks) == nil)
  }

  @Test("tells of the power limit without alarm, and of one that was lowered what it was")
  func power() {
    let run = Run()
    run.addGPUs(1)
    run.hold(0, seconds: 90, power: 0.9)
    #expect(run.finding(.gpuClocks)?.level == .note)
    #expect(run.finding(.gpuClocks)?.text.hasSuffix("that is ordinary under full load.") == true)
    run.moment.gpus[0].reading.powerLimit = .value(Watts(400))
    run.hold(0, seconds: 20, power: 0.9)
    #expect(run.finding(.gpuClocks)?.level == .note)
    #expect(run.finding(.gpuClocks)?.text.hasSuffix("the limit was lowered from 700 W.") == true)
  }

  @Test("takes what holds them back now where no durations are counted")
  func flags() {
    let run = Run()
    run.addGPUs(1)
    run.moment.gpus[0].reading.throttleTimes = .unsupported
    run.moment.gpus[0].reading.throttles = .value(.thermal)
    run.pass(75)
    #expect(run.finding(.gpuClocks) != nil)
    let blind = Run()
    blind.addGPUs(1)
    blind.moment.gpus[0].reading.throttleTimes = .unsupported
    blind.pass(1)
    #expect(blind.missing(.gpuClocks) == nil || blind.missing(.gpuClocks) == .gpuThrottles)
  }
}

@Suite("straggler") struct StragglerTests {
  @Test("names the GPU whose clock is out of line for a minute, and heat as the cause")
  func clock() throws {
    let run = Run()
    run.addGPUs(8, busy: 1, power: 400)
    run.moment.gpus[5].reading.clock = .value(1200)
    run.hold(5, seconds: 64, heat: 0.5)
    let early = run.finding(.straggler)
    run.hold(5, seconds: 20, heat: 0.5)
    let finding = try #require(run.finding(.straggler))
    #expect(
      finding.text.hasPrefix("GPU 5 is out of line with the job's 7 others: 12"), "\(finding.text)")
    #expect(finding.text.contains("Its clocks are held back by heat 50 % of the time"))
    #expect(early == nil || early?.rule == .straggler)
  }

  @Test("says of the one that takes more power than those that wait that it works")
  func power() throws {
    let run = Run()
    run.addGPUs(4, busy: 1, power: 250)
    run.moment.gpus[2].reading.power = .value(Watts(600))
    run.pass(120, opened: true)
    #expect(
      try #require(run.finding(.straggler)).text
        == "GPU 2 is out of line with the job's 3 others: 600 W where they take 250 W. It works while the others wait for it: it may have more to do."
    )
  }

  @Test("does not care for a spread of some percent, for two GPUs, or for an idle one")
  func quiet() {
    let even = Run()
    even.addGPUs(4, busy: 1, power: 500)
    even.moment.gpus[0].reading.power = .value(Watts(535))
    even.moment.gpus[1].reading.clock = .value(1935)
    even.pass(200)
    #expect(even.finding(.straggler) == nil)
    let two = Run()
    two.addGPUs(2, busy: 1)
    two.moment.gpus[0].reading.power = .value(Watts(100))
    two.pass(200)
    #expect(two.finding(.straggler) == nil)
    let idle = Run()
    idle.addGPUs(4, busy: 1)
    idle.moment.gpus[3].reading.busy = .value(Share(0))
    idle.moment.gpus[3].reading.power = .value(Watts(80))
    idle.pass(200)
    #expect(idle.finding(.straggler) == nil)
  }
}

@Suite("hang") struct HangTests {
  private func training() -> Run {
    let run = Run()
    run.isStepping = true
    run.addGPUs(4, busy: 0.97, power: 500)
    run.pass(90)
    return run
  }

  @Test("is red when all GPUs spin at half their usual power and no step came for two minutes")
  func hangs() throws {
    let run = training()
    run.isStepping = false
    run.gpus(busy: 1, power: 180)
    run.pass(128)
    #expect(run.finding(.hang) == nil)
    run.pass(1)
    let finding = try #require(run.finding(.hang))
    #expect(finding.level == .red)
    #expect(finding.role == .main)
    #expect(
      finding.text.hasPrefix("It hangs: no step for 2 min, while its 4 GPUs are busy at 720 W"))
    run.pass(3600)
    #expect(run.finding(.hang) != nil)
    run.isStepping = true
    run.gpus(busy: 0.97, power: 500)
    run.pass(20)
    #expect(run.finding(.hang) == nil)
  }

  @Test("does not take long steps, an evaluation or a busy GPU for one")
  func quiet() {
    let slow = training()
    slow.isStepping = false
    slow.evidence.progress?.stepSeconds = 100
    slow.gpus(busy: 1, power: 180)
    slow.pass(450)
    #expect(slow.finding(.hang) == nil)
    let evaluating = training()
    evaluating.isStepping = false
    evaluating.evidence.phase = .eval
    evaluating.gpus(busy: 1, power: 180)
    evaluating.pass(600)
    #expect(evaluating.finding(.hang) == nil)
    let working = training()
    working.isStepping = false
    working.pass(600)
    #expect(working.finding(.hang) == nil)
  }

  @Test("cannot be told of a job that reports no progress")
  func missing() {
    let run = Run()
    run.addGPUs(1)
    run.pass(1)
    #expect(run.missing(.hang) == .progress)
  }
}

@Suite("gpu-error") struct GPUErrorTests {
  @Test(
    "is red at once for an error of the hardware, amber for one of the program, for ten minutes")
  func errors() {
    let run = Run(warm: false)
    run.addGPUs(1)
    run.moment.gpus[0].reading.lastError = GPUError(number: 79, time: run.moment.time)
    run.pass(1)
    #expect(run.finding(.gpuError)?.level == .red)
    #expect(
      run.finding(.gpuError)?.text == "GPU 0 reported error 79 1 s ago: it has fallen off the bus.")
    run.pass(600)
    #expect(run.finding(.gpuError) == nil)
    run.moment.gpus[0].reading.lastError = GPUError(number: 31, time: run.moment.time)
    run.pass(1)
    #expect(run.finding(.gpuError)?.level == .amber)
  }

  @Test("is red while a GPU is lost")
  func lost() {
    let run = Run()
    run.addGPUs(1)
    run.moment.gpus[0].reading.condition = .lost
    run.pass(1)
    #expect(run.finding(.gpuError)?.level == .red)
  }
}
