import Glibc
import Model
import Testing

@testable import Control

/// Made trees, all owned by and writable for the user who runs the tests: what a user may not write
/// is shown live, on real hierarchies.
@Suite struct CgroupPlacesTests {
  private let tree = TemporaryTree()

  private func places(mounts: String, membership: String, uid: UInt32 = 0) -> CgroupPlaces {
    tree.write(mounts, to: "proc/self/mountinfo")
    tree.write(membership, to: "proc/self/cgroup")
    return CgroupPlaces(
      in: LaunchSystem(
        proc: tree.path + "/proc", sys: tree.path + "/sys", linger: tree.path + "/linger",
        userRuntime: tree.path + "/run", records: [], lock: "/nonexistent", uid: uid, path: nil,
        runtimeDirectory: nil))
  }

  private func mount(_ point: String, _ rest: String, options: String = "rw") -> String {
    "30 1 0:30 / \(tree.path)/\(point) \(options) - \(rest)\n"
  }

  private func makeV2(
    _ directory: String, type: String? = "domain", procs: String = "", enabled: String = ""
  ) {
    tree.write("cpuset cpu io memory pids\n", to: directory + "/cgroup.controllers")
    tree.write(enabled, to: directory + "/cgroup.subtree_control")
    tree.write(procs, to: directory + "/cgroup.procs")
    if let type { tree.write(type + "\n", to: directory + "/cgroup.type") }
  }

  @Test func rootMakesGroupsAtTheTopOfEveryV1Hierarchy() {
    tree.makeDirectory("cpu")
    tree.makeDirectory("acct")
    let places = places(
      mounts: mount("cpu", "cgroup cgroup rw,cpu") + mount("acct", "cgroup cgroup rw,cpuacct"),
      membership: "2:cpuacct:/x\n1:cpu:/\n")
    #expect(
      places.places.map(\.jobs) == ["\(tree.path)/cpu/loadline", "\(tree.path)/acct/loadline"])
    #expect(places.places.map(\.origin) == ["\(tree.path)/cpu", "\(tree.path)/acct/x"])
    #expect(places.support.interfaces == [.cpu: .v1])
  }

  @Test func aHybridSystemLimitsInV1AndJoinsV2ForPressure() {
    tree.makeDirectory("cpu")
    makeV2("unified", type: nil)
    tree.write("\n", to: "unified/cgroup.controllers")
    let places = places(
      mounts: mount("cpu", "cgroup cgroup rw,cpu,cpuacct") + mount("unified", "cgroup2 cgroup2 rw"),
      membership: "1:cpu,cpuacct:/\n0::/\n")
    #expect(places.places.map(\.interface) == [.v1, .v2])
    #expect(places.support.interfaces == [.cpu: .v1])
    #expect(places.places.map { $0.isNeeded(for: []) } == [true, true])
  }

  @Test func anyControllerCanBeEnabledInTheV2RootWhateverItHolds() {
    makeV2("cg", type: nil, procs: "1\n2\n")
    let places = places(mounts: mount("cg", "cgroup2 cgroup2 rw"), membership: "0::/\n")
    #expect(places.support.interfaces == [.cpu: .v2, .cpuset: .v2, .memory: .v2, .io: .v2])
  }

  @Test func aNamespaceRootThatHoldsProcessesLimitsNothingAndSaysWhy() {
    makeV2("cg", procs: "1\n")
    let places = places(mounts: mount("cg", "cgroup2 cgroup2 rw"), membership: "0::/\n")
    #expect(places.support.interfaces == [:])
    #expect(
      places.reason
        == "\(tree.path)/cg holds processes, so no controller can be enabled below it")
    #expect(places.places.count == 1)
  }

  @Test func whatIsEnabledAlreadyIsUsableBesideProcesses() {
    makeV2("cg", procs: "1\n", enabled: "memory\n")
    let places = places(mounts: mount("cg", "cgroup2 cgroup2 rw"), membership: "0::/\n")
    #expect(places.support.interfaces == [.memory: .v2])
  }

  @Test(arguments: ["domain threaded", "threaded", "domain invalid"])
  func aThreadedGroupTakesNoJobs(type: String) {
    makeV2("cg", type: type)
    let places = places(mounts: mount("cg", "cgroup2 cgroup2 rw"), membership: "0::/\n")
    #expect(places.places == [])
    #expect(places.reason == "\(tree.path)/cg is a threaded cgroup")
  }

  @Test func aReadOnlyMountIsSaid() {
    makeV2("cg")
    let places = places(
      mounts: mount("cg", "cgroup2 cgroup2 rw", options: "ro"), membership: "0::/\n")
    #expect(places.places == [])
    #expect(places.reason == "\(tree.path)/cg is mounted read-only")
  }

  @Test func withoutCgroupsThereIsNoPlace() {
    let places = places(mounts: "", membership: "")
    #expect(places.places == [])
    #expect(places.reason == "no cgroup hierarchy is mounted")
  }

  @Test func aUserGetsADirectoryOfTheirOwnWhereOneIsShared() {
    tree.makeDirectory("cpu/loadline")
    let places = places(
      mounts: mount("cpu", "cgroup cgroup rw,cpu"), membership: "1:cpu:/\n", uid: 1000)
    #expect(places.places.map(\.jobs) == ["\(tree.path)/cpu/loadline/@1000"])
    #expect(
      places.places.first?.parentDirectories
        == ["\(tree.path)/cpu/loadline", "\(tree.path)/cpu/loadline/@1000"])
  }

  @Test(.enabled(if: geteuid() == 0)) func nobodyUsesADirectoryThatBelongsToAnother() {
    tree.makeDirectory("cpu/loadline")
    chown(tree.path + "/cpu/loadline", 1001, 1001)
    for uid: UInt32 in [0, 1000] {
      let places = places(
        mounts: mount("cpu", "cgroup cgroup rw,cpu"), membership: "1:cpu:/\n", uid: uid)
      #expect(places.places == [])
    }
  }

  @Test func aDelegatedUserStartsAtTheHighestGroupTheyMayWrite() {
    makeV2("cg", type: nil)
    makeV2("cg/a")
    makeV2("cg/a/b")
    let places = places(
      mounts: mount("cg", "cgroup2 cgroup2 rw"), membership: "0::/a/b\n", uid: 1000)
    #expect(places.places.map(\.jobs) == ["\(tree.path)/cg/loadline"])
    #expect(places.places.first?.origin == "\(tree.path)/cg/a/b")
  }
}

@Suite struct BackendTests {
  private func place(_ base: String) -> CgroupPlace {
    CgroupPlace(interface: .v2, base: base, parents: ["loadline"], controllers: [], origin: nil)
  }

  private let manager = UserManager(
    runtimeDirectory: "/run/user/1000", systemdRun: "/usr/bin/systemd-run",
    controllers: ["cpu", "memory"])

  @Test func groupsOfTheUserManagerAreLeftToIt() {
    let places = CgroupPlaces(
      places: [place("/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service")], reason: "r")
    #expect(Backend(places, manager, uid: 1000) == .scope(manager))
    #expect(Backend(places, nil, uid: 1000) == .process(reason: "r"))
  }

  @Test func aPlaceOfOnesOwnIsPreferred() {
    let places = CgroupPlaces(places: [place("/sys/fs/cgroup/mine")], reason: "r")
    #expect(Backend(places, manager, uid: 1000) == .groups(places))
  }

  @Test func aUserManagerLimitsWhatWasDelegatedToIt() {
    var manager = manager
    #expect(manager.support.interfaces == [.cpu: .v2, .memory: .v2])
    manager.controllers.insert("cpuset")
    #expect(manager.support.interfaces == [.cpu: .v2, .cpuset: .v2, .memory: .v2])
  }
}
