import Model
import Testing

@testable import Control

@Suite struct ControlFileTests {
  @Test func ofAFileWithALineForEachDiskOnlyTheWordsThatAreMeantAreCompared() {
    let content = "8:16 rbps=1048576 wbps=max riops=max wiops=max\n8:0 rbps=max wbps=5\n"
    func part(_ text: String) -> String {
      ControlFile.part(of: content, file: "io.max", like: text)
    }
    #expect(part("8:0 wbps=7") == "8:0 wbps=5")
    #expect(part("8:16 rbps=1") == "8:16 rbps=1048576")
    #expect(part("8:1 rbps=1") == "8:1 rbps=max")
    let legacy = ControlFile.part(
      of: "254:0 8388608\n", file: "blkio.throttle.write_bps_device", like: "254:16 1")
    #expect(legacy == "254:16 0")
  }

  @Test(arguments: [
    ("0-3", "0,1,2,3", "cpuset.cpus", true), ("0-3", "0-2", "cpuset.cpus", false),
    ("", "", "cpuset.cpus", true), ("max 100000", "max  100000\n", "cpu.max", true),
    ("50000 100000", "50000 50000", "cpu.max", false), ("THAWED", "FROZEN", "freezer.state", false),
  ])
  func valuesAreComparedByMeaning(read: String, written: String, file: String, same: Bool) {
    #expect(ControlFile.means(read, written, file: file) == same)
  }

  @Test func numbersMayBeRoundedByLessThanTheTolerance() {
    func means(_ read: String, _ tolerance: Int64) -> Bool {
      ControlFile.means(read, "524288123", file: "memory.max", tolerance: tolerance)
    }
    #expect(means("524288000", 4096))
    #expect(!means("524288000", 0))
    #expect(!means("max", 4096))
  }

  @Test(arguments: [
    ("/loadline/train", CgroupOwner.nobody), ("/a/b", .nobody),
    ("/slurm_vm/uid_0/job_12/step_0", .slurm(job: "12")),
    ("/system.slice/vm_slurmstepd.scope/job_1/step_batch", .slurm(job: "1")),
    ("/kubepods.slice/kubepods-burstable.slice/x", .kubernetes),
    ("/system.slice/nginx.service", .systemd(unit: "nginx.service")),
    ("/system.slice/delegated.service/worker", .nobody),
    (
      "/user.slice/user-1000.slice/user@1000.service/app.slice/run-u1.scope",
      .systemdUser(unit: "run-u1.scope", user: 1000)
    ),
    ("/user.slice/user-1000.slice/user@1000.service", .systemd(unit: "user@1000.service")),
    ("/docker/\(String(repeating: "a1", count: 32))", .docker("a1a1a1a1a1a1")),
    ("/system.slice/docker-\(String(repeating: "b2", count: 32)).scope", .docker("b2b2b2b2b2b2")),
    (
      "/machine.slice/libpod-\(String(repeating: "c3", count: 32)).scope/container",
      .podman("c3c3c3c3c3c3")
    ),
  ])
  func theOwnerIsToldByThePath(path: String, owner: CgroupOwner) {
    #expect(CgroupOwner(of: path) == owner)
  }

  @Test func everyWeightReadsBackAsItselfInShares() {
    for weight in 1...10_000 {
      #expect(Weight.fromShares(Weight.shares(weight)) == weight)
    }
    #expect(Weight.shares(100) == 1024)
    #expect((2...262_144).contains(Weight.shares(1)))
  }
}
