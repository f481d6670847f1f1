import Model
import Testing

@Suite("io") struct IORuleTests {
  @Test("is amber after 30 s with all threads stalled 5 % of the time, red at 20 %")
  func levels() {
    let run = Run()
    run.job.pressure.ioFull = Share(0.06)
    run.pass(29)
    #expect(run.finding(.io) == nil)
    run.pass(1)
    #expect(run.finding(.io)?.level == .amber)
    run.job.pressure.ioFull = Share(0.22)
    run.pass(30)
    #expect(run.finding(.io)?.level == .red)
    run.job.pressure.ioFull = Share(0)
    run.pass(50)
    #expect(run.finding(.io) == nil)
  }

  @Test("first asks whether it is the job's own limit")
  func ownLimit() throws {
    let run = Run()
    run.job.grant.read = .at(ByteRate(500e6))
    run.job.io.read = ByteRate(480e6)
    run.job.pressure.ioFull = Share(0.4)
    run.pass(30)
    let finding = try #require(run.finding(.io))
    #expect(
      finding.text
        == "Its own IO limit holds it back: it reads 480 MB/s of the 500 MB/s that it may; all of its busy threads stalled on IO 40 % of the time."
    )
    #expect(finding.suggestion?.resource == .knob(.read))
    #expect(finding.suggestion?.amount == .rate(ByteRate(250e6)))
  }

  @Test("names the job that moves more")
  func neighbour() throws {
    let run = Run()
    var other = Run.job(2, "etl")
    other.io.read = ByteRate(900e6)
    run.moment.jobs.append(other)
    run.job.io.read = ByteRate(100e6)
    run.job.pressure.ioFull = Share(0.4)
    run.pass(30)
    let finding = try #require(run.finding(.io))
    #expect(
      finding.text
        == "It waits for disks: all of its busy threads stalled on IO 40 % of the time; etl moves more, 900 MB/s."
    )
    #expect(finding.suggestion?.job == other.id)
  }
}

@Suite("network") struct NetworkTests {
  @Test("is amber after 30 s with a thread that hangs without any IO pressure")
  func blocked() {
    let run = Run()
    run.evidence.threads = ThreadStates(total: 16, runnable: 2, blocked: 3, inSockets: 4)
    run.pass(29)
    #expect(run.finding(.network) == nil)
    run.pass(1)
    #expect(
      run.finding(.network)?.text
        == "It waits for a remote file system: 3 of its 16 threads hang in it on average; disks of this box are not it (stalled 0 % of the time)."
    )
    run.evidence.threads = ThreadStates(total: 16, runnable: 2, blocked: 0, inSockets: 4)
    run.pass(45)
    #expect(run.finding(.network) == nil)
  }

  @Test("leaves threads that hang under IO pressure to the disks")
  func disks() {
    let run = Run()
    run.evidence.threads = ThreadStates(total: 16, runnable: 2, blocked: 3, inSockets: 4)
    run.job.pressure.ioSome = Share(0.2)
    run.pass(60)
    #expect(run.finding(.network) == nil)
  }

  @Test("does not take a server that waits for requests, or workers that wait for orders, for slow")
  func servers() {
    let run = Run()
    run.evidence.threads = ThreadStates(total: 16, runnable: 0, blocked: 0, inSockets: 16)
    run.pass(60)
    #expect(run.finding(.network) == nil)
  }

  @Test("counts threads in sockets where the job's GPU starves meanwhile")
  func sockets() {
    let run = Run()
    run.isStepping = true
    run.addGPUs(1, busy: 0.2)
    run.evidence.threads = ThreadStates(total: 16, runnable: 0.2, blocked: 0, inSockets: 12)
    run.pass(30)
    #expect(
      run.finding(.network)?.text.hasPrefix(
        "It waits for the network: 12 of its 16 threads wait in sockets") == true)
  }
}
