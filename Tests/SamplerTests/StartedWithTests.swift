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

  @Test(
    arguments: [
      (["CUDA_VISIBLE_DEVICES=0", "SLURM_JOB_GPUS=4,5"], ["4", "5"]),
      (["SLURM_JOB_GPUS=4,5", "SLURM_STEP_GPUS=5"], ["5"]),
      (["SLURM_STEP_GPUS=", "CUDA_VISIBLE_DEVICES=3"], ["3"]),
      (["MY_SLURM_JOB_GPUS=1"], nil),
    ])
  func theBoxsOwnNumbersGoFirst(environment: [String], gpus: [String]?) throws {
    var pointers = environment.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    var arguments = [strdup("sleep"), strdup("60"), nil]
    defer { for argument in arguments { free(argument) } }
    var pid: pid_t = 0
    try #require(posix_spawnp(&pid, "sleep", nil, nil, &arguments, &pointers) == 0)
    defer {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    var buffer = ReadBuffer()
    let isRead = buffer.readWhole("/proc/\(pid)/stat")
    try #require(isRead)
    let start = try #require(buffer.processStat?.start)
    let files = ProcessFiles(proc: "/proc")
    let found = files.gpus(of: ProcessFiles.Target(pid: pid, start: start))
    #expect(found?.map(\.string) == gpus)
    #expect(files.gpus(of: ProcessFiles.Target(pid: pid, start: start + 1)) == nil)
  }
}
