import Model
import Testing

@testable import Sampler

/// Paths as the engines make them; their sources are named in ``Recognition``.
@Suite struct RecognitionTests {
  private static let id = String(repeating: "3fa9c2d1", count: 8)
  private static let pod = "pod1b6a0b6c_3fb1_4f0e_9d2b_aaaaaaaaaaaa"

  @Test(
    arguments: [
      ("/docker/\(id)", .docker), ("/system.slice/docker-\(id).scope", .docker),
      ("/machine.slice/libpod-\(id).scope", .podman), ("/libpod_parent/libpod-\(id)", .podman),
      ("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-\(id).scope", .podman),
      ("/user.slice/user-1000.slice/user@1000.service/app.slice/docker-\(id).scope", .docker),
      ("/kubepods/burstable/pod12345678-1234/\(id)", .kubernetes),
      (
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-\(pod).slice/"
          + "cri-containerd-\(id).scope", .kubernetes
      ),
      ("/kubepods.slice/kubepods-\(pod).slice/crio-\(id).scope", .kubernetes),
      ("/kubepods-besteffort-\(pod).slice:cri-containerd:\(id)", .kubernetes),
    ] as [(String, JobSource)])
  func aContainerIsAJobNamedByItsDigitsUntilAsked(path: String, source: JobSource) {
    #expect(Recognition.kind(of: path) == .job(source, name: "@3fa9c2"))
  }

  @Test(arguments: [
    ("/slurm/uid_1000/job_42", "slurm-42"), ("/slurm_node7/uid_0/job_7", "slurm-7"),
    ("/system.slice/slurmstepd.scope/job_9", "slurm-9"),
    ("/system.slice/node7_slurmstepd.scope/job_9", "slurm-9"),
  ])
  func aSlurmJobIsAJob(path: String, name: String) {
    #expect(Recognition.kind(of: path) == .job(.slurm, name: name))
  }

  @Test(arguments: [
    ("/loadline/train", "train"), ("/loadline/@1000/train", "train"),
    ("/docker/\(id)/loadline/train", "train"), ("/loadline/a/loadline/b", "b"),
    ("/user.slice/user-1000.slice/user@1000.service/app.slice/loadline-train.scope", "train"),
    ("/loadline/@0/42", "42"), ("/loadline/1000", "1000"),
  ])
  func whatLoadlineStartedIsAJob(path: String, name: String) {
    #expect(Recognition.kind(of: path) == .job(.run, name: name))
  }

  @Test(arguments: [
    "/user.slice/user-1000.slice/session-3.scope", "/user.slice/user-1000.slice/session-c1.scope",
    "/user.slice/user-1000.slice/user@1000.service",
    "/user.slice/user-1000.slice/user@1000.service/init.scope",
    "/user.slice/user-1000.slice/user@1000.service/app.slice/train.service",
    "/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-term-12.scope",
    "/user.slice/user-1000.slice/user@1000.service/tmux-spawn-77aa.scope",
    "/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope",
    "/init.scope", "/system.slice/ssh.service", "/system.slice/sshd.service",
    "/system.slice/system-sshd.slice/sshd@1-10.0.0.1:22-10.0.0.2:999.service",
    "/system.slice/cron.service", "/system.slice/jupyterhub.service",
    "/system.slice/system-getty.slice/getty@tty1.service", "/openrc.sshd", "/sshd",
  ])
  func placesWherePeoplesCommandsRunAreNeverJobs(path: String) {
    #expect(Recognition.kind(of: path) == .people)
  }

  @Test(arguments: [
    "/", "/system.slice", "/user.slice", "/user.slice/user-1000.slice", "/machine.slice",
    "/user.slice/user-1000.slice/user@1000.service/app.slice", "/loadline", "/docker", "/kubepods",
    "/kubepods.slice/kubepods-\(pod).slice", "/slurm/uid_1000", "/slurm", "/libpod_parent",
    "/system.slice/slurmstepd.scope", "/system.slice/node7_slurmstepd.scope",
    "/machine.slice/libpod-conmon-\(id).scope",
  ])
  func levelsHoldOtherGroups(path: String) {
    #expect(Recognition.kind(of: path) == .structure)
  }

  @Test(
    arguments: [
      ("/system.slice/train.service", .systemd, "train"),
      ("/system.slice/train@a.service", .systemd, "train@a"),
      ("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", .systemd, "machine-qemu-1-vm"),
      ("/system.slice/bad\\x2.service", .systemd, "bad\\x2"),
      ("/user.slice/user-1000.slice/user@1000.service/app.slice/run-u12.scope", .systemd, "@u12"),
      ("/system.slice/run-u12.service", .systemd, "@u12"),
      ("/system.slice/run-rbe1063cf54f0408c9ced89f358598ba1.service", .systemd, "@be1063"),
      ("/system.slice/run-p812-i990.service", .systemd, "@p812"),
      ("/system.slice/run-parts.service", .systemd, "run-parts"),
      ("/experiments", .cgroup, "experiments"), ("/kubepods/burstable", .cgroup, "burstable"),
    ] as [(String, JobSource, String)])
  func theRestIsAJobOnceItUsesSomething(path: String, source: JobSource, name: String) {
    #expect(Recognition.kind(of: path) == .candidate(source, name: name))
  }

  @Test(arguments: [
    "/docker/short", "/docker/\(id)0", "/docker/\(id.uppercased())", "/other/\(id)",
    "/system.slice/docker-\(id.dropLast()).scope", "/job_42", "/slurm/uid_1/job_x", "/slurm/job_",
  ])
  func namesThatOnlyLookSimilarAreNotTakenForEngines(path: String) {
    if case .job = Recognition.kind(of: path) { Issue.record("\(path) was taken for a job") }
  }

  @Test(arguments: [
    "", "//", "/.scope", "/.service", "/loadline-.scope", "/run-.scope", "/run-r.service", "/@",
    "/run-p-i.service", "/a\u{301}/\u{301}b", "/\\x", "/x\\x2d",
  ])
  func oddNamesAreJustNames(path: String) {
    _ = Recognition.kind(of: path)
  }
}

@Suite struct GroupPathTests {
  @Test(arguments: [
    ("/a/b/c", ["/a/b/c", "/a/b", "/a"]), ("/a", ["/a"]), ("/", []), ("", []),
    ("/a/\u{301}b", ["/a/\u{301}b", "/a"]),
  ])
  func theGroupsAboveEndBelowTheRoot(group: String, above: [String]) {
    #expect(GroupPaths.path(upFrom: group) == above)
  }
}
