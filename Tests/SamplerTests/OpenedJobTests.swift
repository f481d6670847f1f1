import Host
import Model
import Testing

@testable import Sampler

@Suite struct OpenedJobTests {
  private let box = FakeBox()

  init() {
    box.writeBox()
    box.mount(["2"])
    box.group("/")
    box.group("/loadline/a", processes: [100])
    box.group("/loadline/a/sub", processes: [101])
    for pid in [Int32(100), 101] {
      var process = FakeProcess(pid, "a) \u{1B}b")
      process.arguments = ["python3", "train.py", "--token=abc"]
      process.own = 7
      process.user = 1000
      process.io = pid == 100 ? (10, 20) : nil
      box.write(process)
    }
  }

  @Test func listsTheProcessesOfTheGroupAndThoseBelow() throws {
    let sampler = box.sampler()
    let id = try #require(sampler.sample().jobs.first?.job.id)
    let sample = sampler.sample { _ in
      sampler.processes(of: id)?.processes.allSatisfy { $0.command != nil } ?? false
    }
    #expect(sample.opened == nil)
    let processes = try #require(sampler.sample(opened: id).opened).processes
    #expect(processes.map(\.pid) == [100, 101])
    #expect(processes.first?.command?.string == "python3 train.py --token=•••")
    #expect(processes.first?.name.string == "a) ·b")
    #expect(processes.first?.usage == 7 * Clock.tick)
    #expect(processes.first?.io.read == 10)
    #expect(processes.last?.io.read == nil)
    #expect(processes.first?.threads == 1)
  }

  @Test func aJobThatIsNotThereHasNoProcesses() {
    #expect(box.sampler().sample(opened: .cgroup(inode: 1)).opened == nil)
  }

  @Test func commandLinesOfProcessesThatAreGoneAreForgotten() throws {
    let sampler = box.sampler()
    let id = try #require(sampler.sample().jobs.first?.job.id)
    for pid in Int32(200)..<400 {
      box.write(FakeProcess(pid))
      box.write("/cg/loadline/a/cgroup.procs", "\(pid)\n")
      _ = sampler.sample(opened: id)
    }
    #expect(sampler.opened.commands.count <= 2)
  }
}
