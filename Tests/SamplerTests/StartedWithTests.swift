import Glibc
import Model
import Testing

@testable import Sampler

/// Which GPUs a scheduler gave a job, from the environment of its processes.
@Suite struct StartedWithTests {
  @Test(
    arguments: [
      ("0", ["0"]), ("0,1,7", ["0", "1", "7"]), ("0-2,5", ["0", "1", "2", "5"]),
      ("GPU-8f2c1111,MIG-1", ["GPU-8f2c1111", "MIG-1"]), ("", []), ("-1", []), ("NoDevFiles", []),
      ("3-1", []), ("0-99999999999", []), ("1-2-3", []),
    ])
  func aListIsIndicesRangesAndUUIDs(text: String, gpus: [String]) {
    #expect(ProcessFiles.gpus(in: text).map(\.string) == gpus)
  }

  @Test func slurmsJobsAreAskedWhereThereAreGPUs() throws {
    let box = FakeBox()
    box.writeBox()
    box.mount(["2"])
    let scope = "/system.slice/slurmstepd.scope"
    box.group("/")
    box.group("/system.slice")
    box.group(scope)
    box.group(scope + "/job_42", processes: [100, 101], usage: 500)
    box.write(FakeProcess(100, "slurmstepd"))
    box.write(FakeProcess(101))
    box.write("/proc/101/environ", "A=1\u{0}SLURM_JOB_GPUS=2,3\u{0}")
    let sampler = box.sampler()
    func given(hasGPUs: Bool) -> [String] {
      for _ in 0..<50 {
        let jobs = sampler.sample(hasGPUs: hasGPUs).jobs
        let given = jobs.first { $0.job.source == .slurm }?.job.startedWith ?? []
        if !given.isEmpty { return given.map(\.string) }
        usleep(hasGPUs ? 20_000 : 1000)
      }
      return []
    }
    #expect(given(hasGPUs: false) == [])
    #expect(given(hasGPUs: true) == ["2", "3"])
  }

  @Test(
    arguments: [
      (["CUDA_VISIBLE_DEVICES=0", "SLURM_JOB_GPUS=4,5"], ["4", "5"]),
      (["SLURM_JOB_GPUS=4,5", "SLURM_STEP_GPUS=5"], ["5"]),
      (["SLURM_STEP_GPUS=", "CUDA_VISIBLE_DEVICES=3"], ["3"]),
      (["MY_SLURM_JOB_GPUS=1"], nil),
    ])
  func theBoxsOwnNumbersGoFirst(environment: [String], gpus: [String]?) throws {
    let box = FakeBox()
    let process = FakeProcess(100)
    box.write(process)
    box.write("/proc/100/environ", environment.map { "\($0)\u{0}" }.joined())
    let files = ProcessFiles(proc: box.roots.proc)
    let found = files.gpus(of: ProcessFiles.Target(pid: 100, start: process.start))
    #expect(found?.map(\.string) == gpus)
    #expect(files.gpus(of: ProcessFiles.Target(pid: 100, start: process.start + 1)) == nil)
  }
}
