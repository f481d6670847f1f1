import Model
import Testing

@testable import Control

@Suite struct LimitCheckTests {
  private func refusal(_ limits: RunLimits, available: CPUSet? = nil) -> String? {
    let box = BoxFacts(online: CPUSet(0...3), available: available, memory: .gibi(8))
    do throws(LaunchError) {
      try limits.check(on: box)
      return nil
    } catch {
      return error.sentence
    }
  }

  @Test(arguments: [
    RunLimits(), RunLimits(cores: Cores(4)), RunLimits(cores: Cores(0.01)),
    RunLimits(memory: .gibi(8), memoryHigh: .gibi(8)), RunLimits(weight: 1),
    RunLimits(cpus: CPUSet([3])), RunLimits(read: ByteRate(65_536), write: ByteRate(1e12)),
  ])
  func whatTheBoxHasIsPossible(limits: RunLimits) {
    #expect(refusal(limits) == nil)
  }

  @Test(arguments: [
    (RunLimits(cores: Cores(4.1)), "--cores 4.1 is more than the 4 cores there are."),
    (
      RunLimits(cores: Cores(0)),
      "--cores must be at least 0.01, the least that the kernel can grant."
    ),
    (
      RunLimits(cores: Cores(.nan)),
      "--cores must be at least 0.01, the least that the kernel can grant."
    ),
    (RunLimits(memory: .gibi(9)), "--memory is more than the 8192 MiB of memory that there are."),
    (RunLimits(memory: .zero), "--memory must be at least 1 MiB; no process fits in less."),
    (
      RunLimits(memoryHigh: .gibi(9)),
      "--memory-high is more than the 8192 MiB of memory that there are."
    ),
    (
      RunLimits(memory: .gibi(1), memoryHigh: .gibi(2)),
      "--memory-high is above --memory, so the job would be killed before it was slowed; give less."
    ),
    (RunLimits(weight: 0), "--weight must be from 1 to 10000; 100 is ordinary."),
    (RunLimits(weight: 10_001), "--weight must be from 1 to 10000; 100 is ordinary."),
    (RunLimits(cpus: CPUSet()), "--cpus names no CPU; give a list such as 0-3,8."),
    (
      RunLimits(cpus: CPUSet([3, 4])),
      "--cpus 3-4 has CPUs that are not online; this box has 0-3."
    ),
    (
      RunLimits(read: ByteRate(65_535)),
      "--io-read must be at least 64 KiB/s; with less, reading the command itself takes minutes."
    ),
    (
      RunLimits(write: ByteRate(.nan)),
      "--io-write must be at least 64 KiB/s; with less, reading the command itself takes minutes."
    ),
  ])
  func whatNoKernelCouldEnforceIsRefusedInOneSentence(limits: RunLimits, sentence: String) {
    #expect(refusal(limits) == sentence)
  }

  @Test func cpusOutsideTheGroupAboveAreRefused() {
    let available = CPUSet([0, 1])
    #expect(
      refusal(RunLimits(cpus: CPUSet([1, 2])), available: available)
        == "--cpus 1-2 has CPUs that may not be used here; only 0-1 may.")
    #expect(
      refusal(RunLimits(cores: Cores(3)), available: available)
        == "--cores 3 is more than the 2 cores there are.")
  }
}
