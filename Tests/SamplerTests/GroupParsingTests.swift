import Model
import Testing

@testable import Sampler

@Suite struct MemoryStatTests {
  private func parse(_ text: String) -> MemoryReading {
    var memory = MemoryReading()
    GroupCounters.parseMemoryStat(Array(text.utf8).span, into: &memory)
    return memory
  }

  @Test func keepsTheKindsOfVersion2Apart() {
    let memory = parse(
      """
      anon 1000
      file 900
      kernel 434
      kernel_stack 1
      pagetables 1
      sock 6
      shmem 300
      file_mapped 5
      unevictable 12
      slab_reclaimable 34
      slab_unreclaimable 5
      slab 39

      """)
    #expect(memory.anonymous == Bytes(1000))
    #expect(memory.shared == Bytes(300))
    #expect(memory.file == Bytes(600))
    #expect(memory.kernel == Bytes(434 - 34 + 6))
    #expect(memory.unevictable == Bytes(12))
  }

  @Test func addsUpTheKernelsPartsBeforeLinux518() {
    let memory = parse(
      """
      anon 10
      file 20
      kernel_stack 100
      percpu 10
      sock 1
      shmem 0
      slab_reclaimable 5000
      slab_unreclaimable 1000
      slab 6000

      """)
    #expect(memory.kernel == Bytes(1111))
  }

  @Test func takesTheTotalsOfVersion1() {
    let memory = parse(
      """
      cache 1
      rss 2
      rss_huge 0
      shmem 1
      unevictable 3
      hierarchical_memory_limit 9223372036854771712
      total_cache 900
      total_rss 1000
      total_rss_huge 7
      total_shmem 300
      total_unevictable 12

      """)
    #expect(memory.anonymous == Bytes(1000))
    #expect(memory.shared == Bytes(300))
    #expect(memory.file == Bytes(600))
    #expect(memory.unevictable == Bytes(12))
    #expect(memory.kernel == nil)
  }

  @Test func refaultsAndSwapInsOfVersion2AreCountersOfPages() {
    let memory = parse(
      """
      anon 1
      pgfault 8
      workingset_refault_anon 7
      workingset_refault_file 11
      workingset_activate_file 5
      pswpin 3
      pswpout 4

      """)
    #expect(memory.anonymousRefaults == 7)
    #expect(memory.fileRefaults == 11)
    #expect(memory.swapIns == 3)
  }

  @Test func refaultsOfVersion1AreTheTotals() {
    let memory = parse(
      "workingset_refault_anon 1\nworkingset_refault_file 2\ntotal_rss 9\n"
        + "total_workingset_refault_anon 7\ntotal_workingset_refault_file 11\n")
    #expect(memory.anonymousRefaults == 7)
    #expect(memory.fileRefaults == 11)
    #expect(memory.anonymous == Bytes(9))
    #expect(memory.swapIns == nil)
  }

  @Test func refaultsOfBothKindsTogetherAreOfNoKind() {
    let memory = parse("anon 1\nworkingset_refault 7\n")
    #expect(memory.anonymousRefaults == nil)
    #expect(memory.fileRefaults == nil)
  }

  @Test func moreSharedMemoryThanCacheIsNoNegativeCache() {
    #expect(parse("file 10\nshmem 30\n").file == Bytes(0))
  }

  @Test func nothingReadIsNothingKnown() {
    #expect(parse("") == MemoryReading())
  }
}

@Suite struct GroupFileTests {
  @Test func usageIsGivenInNanoseconds() {
    let text = "usage_usec 6209523\nuser_usec 3624387\nsystem_usec 2585136\nnr_periods 0\n"
    let usage = GroupCounters.usage2(Array(text.utf8).span)
    #expect(usage == 6_209_523_000)
    let none = GroupCounters.usage2(Array("user_usec 1\n".utf8).span)
    #expect(none == nil)
  }

  @Test func throttlingNeedsBothNumbers() {
    let text = "usage_usec 1\nnr_periods 133\nnr_throttled 123\nthrottled_usec 5349210\n"
    let both = GroupLimits.throttling(Array(text.utf8).span)
    #expect(both?.periods == 133)
    #expect(both?.throttled == 123)
    let one = GroupLimits.throttling(Array("usage_usec 1\nnr_periods 3\n".utf8).span)
    #expect(one == nil)
  }

  @Test func eventsCountKillsAndHits() {
    var memory = MemoryReading()
    let text = "low 9\nhigh 3\nmax 4\noom 2\noom_kill 1\noom_group_kill 5\n"
    GroupCounters.parseEvents(Array(text.utf8).span, into: &memory)
    #expect(memory.oomKills == 1)
    #expect(memory.limitHits == 7)
    #expect(memory.highEvents == 3)
  }

  @Test func theOldOOMControlHasNoHits() {
    var memory = MemoryReading()
    let text = "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n"
    GroupCounters.parseEvents(Array(text.utf8).span, into: &memory)
    #expect(memory.oomKills == 4)
    #expect(memory.limitHits == nil)
  }

  @Test(arguments: [
    ("12\n34\n", [12, 34]), ("", []), ("0\n0\n7\n", [7]), ("99999999999\n5\n", [5]),
    ("12\nx\n9\n", [12]),
  ])
  func aProcessListPassesOverWhatIsOutsideOfOurNamespace(text: String, pids: [Int32]) {
    var found: [Int32] = []
    ProcessList.forEach(Array(text.utf8).span) { found.append($0) }
    #expect(found == pids)
  }
}
