import Glibc
import Model
import Testing

@testable import Snapshot

@Suite struct SnapshotJSONTests {
  @Test func aFullLineIsAsItWas() {
    var moment = Full.moment
    moment.gpus = []
    moment.jobs[0].gpus = nil
    moment.jobs[0].findings = []
    moment.jobs[0].notEvaluated = []
    moment.findings = []
    #expect(
      SnapshotJSON.line(moment) == """
        {"version":1,"time":1763640000.123,"interval_s":1.0001,"box":{"host":"box",\
        "container":false,"cores":4,"used_cores":1.25,"idle_cores":2.75,"unallocated_cores":2.75,\
        "stolen_cores":0.001,"numa_nodes":1,"memory_bytes":17179869184,\
        "memory_used_bytes":4294967296,"memory_reclaimable_bytes":2147483648,\
        "memory_uncharged_bytes":2826960896,"unallocated_memory_bytes":12675186688,\
        "swap_bytes":1073741824,"swap_used_bytes":4096,"io":{"read_bytes_per_s":1235,\
        "write_bytes_per_s":0},"network":{"received_bytes_per_s":10,"sent_bytes_per_s":20},\
        "pressure":{"cpu_some":0.5,"cpu_full":0.1,"memory_some":0.01,"memory_full":0,"io_some":1,\
        "io_full":0.3333},"findings":[]},"jobs":[{"name":"train","id":"cgroup-4711","source":"run",\
        "owner":"alice","cgroup":"/loadline/train","tags":{"project":"x"},"processes":3,\
        "threads":9,"cpu":{"used_cores":1,"demand_cores":2.5,"demand_is_estimate":false,\
        "grant_cores":1,"budget_cores":3,"cpus":"0-2,8","weight":200,"throttled_share":0.4},\
        "memory":{"used_bytes":734003200,"is_estimate":false,"charged_bytes":838860800,\
        "anon_bytes":629145600,"shmem_bytes":94371840,"file_bytes":104857600,\
        "kernel_bytes":10485760,"age_s":12.3,"grant_bytes":1073741824,"high_bytes":943718400,\
        "budget_bytes":2147483648,"peak_bytes":891289600,"oom_kills":1},\
        "io":{"read_bytes_per_s":1235,"write_bytes_per_s":0,"grant_read_bytes_per_s":1000000,\
        "grant_write_bytes_per_s":500000,"budget_read_bytes_per_s":1000000,\
        "budget_write_bytes_per_s":2000000},"pressure":{"cpu_some":0.5,"cpu_full":0.1,\
        "memory_some":0.01,"memory_full":0,"io_some":1,"io_full":0.3333},\
        "gpu":null,"state":["throttled","near_memory_limit"],"findings":[],"not_evaluated":[]}],\
        "gpus_simulated":false,\
        "gpu_problem":null,"gpus":[],"other":{"used_cores":0.25,\
        "used_bytes":734003200,"is_estimate":false,"charged_bytes":838860800,\
        "anon_bytes":629145600,"shmem_bytes":94371840,"file_bytes":104857600,\
        "kernel_bytes":10485760},"self":{"cpu_share":0.001234,"rss_bytes":9437184,\
        "kernel_bytes":430000},"notices":["no PSI in this kernel"]}
        """)
  }

  @Test func whatIsUnknownIsNull() throws {
    let job = JobMoment(
      job: Job(id: .tree(pid: 8, start: 9), name: .empty, owner: .empty, source: .process))
    let moment = Moment(
      time: Instant(nanoseconds: 1), wallClock: 0, interval: nil, box: BoxMoment(), jobs: [job],
      other: OtherMoment())
    let json = try #require(JSON(SnapshotJSON.line(moment)))
    #expect(json["interval_s"] == .null)
    #expect(json["box"]?["used_cores"] == .null)
    #expect(json["box"]?["memory_used_bytes"] == .null)
    #expect(json["box"]?["pressure"]?["io_full"] == .null)
    #expect(json["self"]?["cpu_share"] == .null)
    let first = try #require(json["jobs"]?[0])
    #expect(first["id"] == .text("tree-8-9"))
    #expect(first["cgroup"] == .null)
    #expect(first["processes"] == .null)
    #expect(first["cpu"]?["used_cores"] == .null)
    #expect(first["cpu"]?["grant_cores"] == .null)
    #expect(first["memory"]?["used_bytes"] == .null)
    #expect(first["io"]?["read_bytes_per_s"] == .null)
    #expect(first["state"] == .array([]))
    #expect(first["tags"] == .object([:]))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300])
  func whatIsNoNumberIsNull(value: Double) throws {
    var moment = Full.moment
    moment.box.used = Cores(value)
    moment.jobs[0].cpu.used = Cores(value)
    let json = try #require(JSON(SnapshotJSON.line(moment)))
    #expect(json["box"]?["used_cores"] == .null)
    #expect(json["jobs"]?[0]?["cpu"]?["used_cores"] == .null)
  }

  @Test(arguments: [1e-9, 0.00004, 0.00005, 123_456.789, -0.0, -2.5, 999_999_999_999.0])
  func everyNumberIsJSON(value: Double) throws {
    var moment = Full.moment
    moment.box.used = Cores(value)
    let json = try #require(JSON(SnapshotJSON.line(moment)))
    guard case .number(let read)? = json["box"]?["used_cores"] else {
      Issue.record("no number")
      return
    }
    #expect(abs(read - value) <= 0.00005)
  }

  @Test(arguments: [
    "\"", "\\", "a\"b\\c", "\u{1B}[2J", "a\nb", "\u{202E}", "\u{FFFD}", "模型", "🤖", "", "\u{7F}",
    "{}", "\\u0000", "\u{2028}",
  ])
  func anyNameIsJSONOnOneLine(name: String) throws {
    var moment = Full.moment
    moment.jobs[0].job.name = SafeText(name)
    moment.jobs[0].job.owner = SafeText(name)
    moment.jobs[0].job.cgroup = "/\(name)"
    moment.jobs[0].job.declaration?.tags = [name: SafeText(name)]
    moment.box.hostName = SafeText(name)
    let line = SnapshotJSON.line(moment)
    #expect(!line.utf8.contains { $0 < 0x20 })
    let json = try #require(JSON(line))
    #expect(json["jobs"]?[0]?["name"] == .text(SafeText(name).string))
  }

  @Test func tagsThatLookTheSameAreOne() throws {
    var moment = Full.moment
    moment.jobs[0].job.declaration?.tags = ["a": SafeText("1"), "a\u{200B}": SafeText("2")]
    let json = try #require(JSON(SnapshotJSON.line(moment)))
    #expect(json["jobs"]?[0]?["tags"] == .object(["a": .text("1")]))
  }

  @Test(.enabled(if: Program.run("python3", ["-c", "pass"]) == 0, "needs python3"))
  func pythonReadsItToo() {
    let line = SnapshotJSON.line(Full.moment)
    let script = "import json,sys;d=json.loads(sys.argv[1]);sys.exit(0 if d['version']==1 else 1)"
    #expect(Program.run("python3", ["-c", script, line]) == 0)
  }
}

/// A program for a second opinion.
private enum Program {
  /// Runs a program of the search path; its exit status, or -1.
  static func run(_ name: String, _ arguments: [String]) -> Int32 {
    var pid = pid_t()
    var pointers = ([name] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    guard posix_spawnp(&pid, name, nil, nil, &pointers, environ) == 0 else { return -1 }
    var status: Int32 = 0
    guard waitpid(pid, &status, 0) == pid else { return -1 }
    return status
  }
}
