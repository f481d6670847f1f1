import Model
import Testing

@testable import Sampler

/// How the usage of a command tree follows from its processes' counters.
@Suite struct TreeUsageTests {
  /// A command of one process, 100, that is a job and has been read once since.
  private func lab(own: UInt64 = 5000, children: UInt64 = 700) -> LooseLab {
    let lab = LooseLab()
    var root = FakeProcess(100)
    root.own = own
    root.children = children
    lab.change(root)
    lab.sample()
    lab.promote(group: 100)
    return lab
  }

  private func worker(_ pid: Int32, parent: Int32 = 100, own: UInt64 = 0) -> FakeProcess {
    var worker = FakeProcess(pid, parent: parent)
    worker.group = 100
    worker.hasExecuted = false
    worker.own = own
    worker.start = FakeProcess.now
    return worker
  }

  @Test func countsFromTheMomentItBecameAJob() {
    let lab = LooseLab()
    lab.change(FakeProcess(100)) { $0.own = 5000 }
    lab.sample()
    // Used between the last look and the promotion: not the job's.
    lab.change(100) { $0.own = 5030 }
    lab.promote(group: 100)
    #expect(lab.usage == 0)
    lab.change(100) { $0.own = 5040 }
    lab.sample()
    #expect(lab.usage == 10)
  }

  @Test func theFirstSampleAfterThePromotionIsNotAWrongZero() {
    let lab = lab()
    lab.change(100) { $0.own += 90 }
    lab.sample()
    #expect(lab.usage == 90)
  }

  @Test func aNewWorkerCountsFromItsBirth() {
    let lab = lab()
    lab.change(worker(101, own: 40))
    lab.sample()
    #expect(lab.usage == 40)
    #expect(lab.tree?.processes == 2)
  }

  @Test func childrenThatCameAndWentBetweenTwoLooksCountThroughTheirParent() {
    let lab = lab()
    lab.change(100) { $0.children += 80 }
    lab.sample()
    #expect(lab.usage == 80)
  }

  @Test func aChildThatWasSeenIsNotCountedAgainWhenItIsWaitedFor() {
    let lab = lab()
    lab.change(worker(101, own: 40))
    lab.sample()
    lab.end(101)
    lab.change(100) { $0.children += 55 }
    lab.sample()
    #expect(lab.usage == 55)
  }

  @Test func theParentMayBeReadBeforeItWasToldOfItsChild() {
    let lab = lab()
    lab.change(worker(101, own: 40))
    lab.sample()
    lab.end(101)
    lab.sample()
    #expect(lab.usage == 40)
    lab.change(100) { $0.children += 55 }
    lab.sample()
    #expect(lab.usage == 55)
  }

  @Test func generationsThatGoTogetherAreNotCountedAgain() {
    let lab = lab()
    lab.change(worker(101, own: 10))
    lab.change(worker(102, parent: 101, own: 3000))
    lab.sample()
    #expect(lab.usage == 3010)
    lab.end(101)
    lab.end(102)
    // 101 had waited for 102: 12 of its own and 3005 of its child's.
    lab.change(100) { $0.children += 3017 }
    lab.sample()
    #expect(lab.usage == 3017)
  }

  @Test func aZombieKeepsItsTimeUntilItIsWaitedForHoweverLate() {
    let lab = lab()
    lab.change(worker(101, own: 40))
    lab.sample()
    lab.change(101) {
      $0.state = "Z"
      $0.own = 60
    }
    // cgroup.procs leaves zombies out.
    lab.unlisted = [101]
    for _ in 0..<10 { lab.sample() }
    #expect(lab.usage == 60)
    #expect(lab.tree?.processes == 1)
    lab.end(101)
    lab.change(100) { $0.children += 60 }
    lab.sample()
    #expect(lab.usage == 60)
  }

  @Test func aParentThatIgnoresItsChildrenLosesNothingElse() {
    let lab = lab()
    lab.change(worker(101, own: 40))
    lab.sample()
    lab.end(101)
    // Never told of it: the credit lapses, and later children count in full.
    for _ in 0..<5 { lab.sample() }
    lab.change(100) { $0.children += 30 }
    lab.sample()
    #expect(lab.usage == 70)
  }

  @Test func aChildThatRanInAnotherGroupIsNotCountedWhenItIsWaitedFor() {
    let lab = lab()
    lab.change(100) {
      $0.children += 360_000
      $0.own += 5
    }
    lab.sample(cpus: 4)
    #expect(lab.usage == 5)
  }

  @Test func aMemberThatIsMovedToAGroupOfItsOwnLeaves() {
    let lab = lab()
    lab.change(worker(101, own: 40))
    lab.sample()
    lab.unlisted = [101]
    lab.sample()
    lab.change(100) { $0.children += 7 }
    lab.sample()
    #expect(lab.usage == 47)
    #expect(lab.tree?.processes == 1)
  }

  @Test func oneThatComesBackDoesNotBringItsPast() {
    let lab = lab()
    lab.change(worker(101, own: 40))
    lab.change(101) { $0.start = 1500 }
    lab.sample()
    lab.sort()
    lab.unlisted = [101]
    lab.sample()
    lab.unlisted = []
    lab.change(101) { $0.own = 500_000 }
    lab.sample()
    #expect(lab.usage == 0)
    lab.change(101) { $0.own = 500_003 }
    lab.sample()
    #expect(lab.usage == 3)
  }

  @Test func childrenMayBeListedBeforeTheirParents() {
    let lab = lab()
    lab.sample()
    lab.change(worker(500, own: 3))
    lab.change(worker(40, parent: 500, own: 20))
    lab.change(worker(30, parent: 40, own: 9))
    lab.order = [30, 40, 1, 100, 500]
    lab.sample()
    #expect(lab.usage == 32)
    #expect(lab.tree?.members.map { lab.loose.slots[Int($0)].pid } == [100, 500, 40, 30])
  }

  @Test func anotherProcessUnderTheSameNumberIsAnother() {
    let lab = lab()
    lab.change(worker(101, own: 40))
    lab.sample()
    lab.end(101)
    lab.change(FakeProcess(101, "sleep")) {
      $0.start = FakeProcess.now + 7
      $0.own = 9
    }
    lab.change(100) { $0.children += 40 }
    lab.sample()
    #expect(lab.usage == 40)
    #expect(lab.loose.process(101)?.tree == -1)
  }

  @Test func countersThatGoBackAddNothing() {
    let lab = lab()
    lab.change(100) { $0.own -= 1000 }
    lab.sample()
    lab.change(100) { $0.own += 10 }
    lab.sample()
    #expect(lab.usage == 10)
  }

  @Test func whatIsReadAtOnceIsTheMembersMemoryAndThreads() {
    let lab = LooseLab()
    lab.change(FakeProcess(100)) {
      $0.resident = 2500
      $0.threads = 9
    }
    lab.sample()
    lab.promote(group: 100)
    #expect(lab.tree?.resident == 2500)
    #expect(lab.tree?.threads == 9)
    #expect(lab.tree?.processes == 1)
  }
}

@Suite struct TreeIOTests {
  private func lab(_ io: (UInt64, UInt64)?) -> LooseLab {
    let lab = LooseLab()
    lab.change(FakeProcess(100)) { $0.io = io }
    lab.sample()
    lab.promote(group: 100)
    return lab
  }

  @Test func countsFromTheMomentItBecameAJob() {
    let lab = lab((5000, 70))
    #expect(lab.tree?.io.read == 0)
    lab.change(100) {
      $0.io = (5100, 75)
      $0.own += 1
    }
    lab.sample()
    #expect(lab.tree?.io.read == 100)
    #expect(lab.tree?.io.written == 5)
  }

  @Test func whatIsRefusedIsUnknownAndNotNothing() {
    let lab = lab(nil)
    lab.change(100) { $0.own += 10 }
    lab.sample()
    #expect(lab.tree?.io.read == nil)
    #expect(lab.tree?.io.written == nil)
  }

  @Test func oneThatMovesDataWithoutShowingCPUTimeIsStillRead() {
    let lab = lab((0, 0))
    for round in 1...5 {
      lab.change(100) { $0.io = (UInt64(round) * 1000, 0) }
      lab.sample()
      #expect(lab.tree?.io.read == UInt64(round) * 1000)
    }
  }

  @Test func oneThatHasNotRunIsNotAskedWhatItMoved() {
    let lab = LooseLab()
    lab.change(FakeProcess(100)) { $0.ran = 5_000_000 }
    lab.sample()
    lab.promote(group: 100)
    lab.sample()
    // It cannot be: what moves data has run.
    lab.change(100) { $0.io = (1000, 0) }
    lab.sample()
    #expect(lab.tree?.io.read == 0)
    lab.change(100) { $0.ran = 5_000_001 }
    lab.sample()
    #expect(lab.tree?.io.read == 1000)
  }

  @Test func whatReadCallsAskedForCountsFromAWorkersBirthAndOnce() {
    let lab = lab((0, 0))
    lab.change(FakeProcess(101, parent: 100)) {
      $0.group = 100
      $0.start = FakeProcess.now
      $0.called = 500
      $0.own = 1
    }
    lab.sample()
    #expect(lab.tree?.io.called == 500)
    lab.end(101)
    lab.change(100) {
      $0.called = 9 + 600
      $0.children += 1
    }
    lab.sample()
    #expect(lab.tree?.io.called == 600)
  }

  @Test func aWorkersBytesCountFromItsBirthAndOnce() {
    let lab = lab((0, 0))
    lab.change(FakeProcess(101, parent: 100)) {
      $0.group = 100
      $0.start = FakeProcess.now
      $0.io = (300, 0)
      $0.own = 1
    }
    lab.sample()
    #expect(lab.tree?.io.read == 300)
    lab.end(101)
    lab.change(100) {
      $0.io = (450, 0)
      $0.children += 1
    }
    lab.sample()
    #expect(lab.tree?.io.read == 450)
  }
}
