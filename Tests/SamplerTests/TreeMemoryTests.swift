import Glibc
import Model
import Testing

@testable import Sampler

/// The memory of a command tree, as the kernel tells it and as it is carried on.
@Suite struct TreeMemoryTests {
  private let box = FakeBox()
  private let page = Int64(sysconf(Int32(_SC_PAGESIZE)))

  init() {
    box.writeBox()
    box.write("/proc/self/mountinfo", "")
    box.write(FakeProcess(1, "init", parent: 0))
  }

  /// A command of two processes; sizes in KiB, nil where the kernel refuses.
  private func command(_ first: UInt64?, _ second: UInt64?, resident: UInt64 = 100) {
    for (pid, size) in [(Int32(100), first), (101, second)] {
      var process = FakeProcess(pid, parent: pid == 100 ? 1 : 100)
      process.group = 100
      process.arguments = ["python3", "train.py"]
      process.resident = resident
      process.proportional = size
      box.write(process)
    }
  }

  private func sampler() -> Sampler {
    box.sampler([JobDeclaration(match: JobMatch(command: "train"))])
  }

  private func memory(_ sampler: Sampler, until condition: (MemoryReading) -> Bool)
    -> MemoryReading?
  {
    sampler.sample { $0.jobs.first.map { condition($0.memory) } ?? false }.jobs.first?.memory
  }

  @Test func isTheSumOfProportionalSizes() {
    command(3000, 500)
    let memory = memory(sampler()) { $0.readAt != nil }
    #expect(memory?.proportional == Bytes(3500 << 10))
    #expect(memory?.anonymous == Bytes(3500 << 10))
    #expect(memory?.isEstimate == false)
    #expect(memory?.peak == Bytes(3500 << 10))
  }

  @Test func isCarriedOnByTheChangeOfResidentSizesAndSaysSo() {
    command(3000, 500, resident: 100)
    let sampler = sampler()
    _ = memory(sampler) { $0.readAt != nil }
    command(3000, 500, resident: 1100)
    let memory = memory(sampler) { $0.isEstimate }
    #expect(memory?.proportional == Bytes(3500 << 10 + 2 * 1000 * page))
    #expect(memory?.isEstimate == true)
  }

  @Test func whereTheKernelRefusesMuchOfItItIsEstimatedFromWhatAllMayRead() {
    command(3000, nil, resident: 100_000)
    let memory = memory(sampler()) { $0.proportional != nil }
    #expect(memory?.isEstimate == true)
    #expect(memory?.readAt == nil)
    #expect(memory?.anonymous == nil)
  }

  @Test func aSmallPartThatIsRefusedIsEstimated() {
    command(300_000, nil, resident: 10)
    let memory = memory(sampler()) { $0.readAt != nil }
    #expect(memory?.proportional == Bytes(300_000 << 10 + 10 * page))
    #expect(memory?.isEstimate == true)
  }

  @Test func whereAllOfItIsRefusedItIsEstimatedToo() {
    command(nil, nil)
    let memory = memory(sampler()) { $0.proportional != nil }
    #expect(memory?.isEstimate == true)
    #expect(memory?.readAt == nil)
  }

  @Test func aCommandIsAJobByMemoryOnlyIfItsProportionalSizeIsThatLarge() {
    // Resident: two gibibytes, of which nearly all is shared with nobody counted here.
    let pages = UInt64(1 << 30) / UInt64(page)
    command(400_000, 400_000, resident: pages)
    let shared = box.sampler(interval: 1)
    for _ in 0..<50 {
      let sample = shared.sample()
      #expect(sample.jobs.isEmpty)
      usleep(1000)
    }
    command(800_000, 400_000, resident: pages)
    let job = box.sampler(interval: 1).sample(untilJob: "train.py")
    #expect(job?.job.source == .process)
  }
}
