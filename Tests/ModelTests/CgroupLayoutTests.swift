import Model
import Testing

@Suite struct CgroupLayoutTests {
  @Test func findsEveryControllerWhereV1IsMountedOneByOne() {
    let layout = CgroupLayout(
      mountinfo: """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """)
    #expect(layout.version == .hybrid)
    #expect(layout.hierarchy(of: "cpu")?.mountPoint == "/sys/fs/cgroup/cpu")
    #expect(layout.hierarchy(of: "cpuacct")?.mountPoint == "/sys/fs/cgroup/cpuacct")
    #expect(layout.unified?.mountPoint == "/sys/fs/cgroup/unified")
    #expect(layout.legacy.last?.name == "systemd")
    #expect(layout.legacy.last?.controllers == [])
    #expect(layout.hierarchy(of: "memory") == nil)
  }

  @Test func findsJoinedControllersAmongOtherMountOptions() {
    let layout = CgroupLayout(
      mountinfo: """
        35 30 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:15 - cgroup cgroup rw,cpu,cpuacct
        36 30 0:31 / /sys/fs/cgroup/cpuset ro,nosuid shared:16 - cgroup cgroup rw,cpuset,clone_children
        37 30 0:32 / /sys/fs/cgroup/systemd rw shared:9 - cgroup cgroup rw,xattr,release_agent=/x,name=systemd
        """)
    #expect(layout.version == .v1)
    #expect(layout.hierarchy(of: "cpuacct")?.controllers == ["cpu", "cpuacct"])
    #expect(layout.hierarchy(of: "cpuset")?.controllers == ["cpuset"])
    #expect(layout.hierarchy(of: "cpuset")?.isReadOnly == true)
    #expect(layout.hierarchy(of: "cpu")?.isReadOnly == false)
  }

  @Test func aSystemdNameBesideV2IsNotHybrid() {
    let layout = CgroupLayout(
      mountinfo: """
        37 23 0:34 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate
        38 23 0:35 / /sys/fs/systemd rw,relatime - cgroup cgroup rw,name=systemd
        """)
    #expect(layout.version == .v2)
  }

  @Test func ofSeveralMountsTheOneThatShowsTheWholeTreeCounts() {
    let layout = CgroupLayout(
      mountinfo: """
        50 23 0:34 /a /part rw - cgroup2 cgroup2 rw
        51 23 0:34 / /whole rw - cgroup2 cgroup2 rw
        52 23 0:34 / /again rw - cgroup2 cgroup2 rw
        60 23 0:35 /a /cpu-part rw - cgroup cgroup rw,cpu
        61 23 0:35 / /cpu rw - cgroup cgroup rw,cpu
        """)
    #expect(layout.unified?.mountPoint == "/whole")
    #expect(layout.legacy.map(\.mountPoint) == ["/cpu"])
  }

  @Test(arguments: [
    ("", CgroupLayout.Version.none),
    ("37 23 0:34 / /cg rw - cgroup2", .none),
    ("37 23 0:34 / /cg rw cgroup2 cgroup2 rw", .none),
    ("27 1 254:0 / / rw,relatime - ext4 /dev/vda rw", .none),
  ])
  func passesOverWhatIsNotACgroupMount(text: String, version: CgroupLayout.Version) {
    #expect(CgroupLayout(mountinfo: text).version == version)
  }

  @Test func undoesTheEscapesOfMountPoints() {
    let layout = CgroupLayout(
      mountinfo: #"37 23 0:34 / /my\040cg\134x\999 rw - cgroup2 cgroup2 rw"#)
    #expect(layout.unified?.mountPoint == #"/my cg\x\999"#)
  }

  @Test(
    arguments: [
      ("/", "/a", "/cg/a"), ("/", "/", "/cg"), ("/docker/x", "/docker/x/a", "/cg/a"),
      ("/docker/x", "/docker/x", "/cg"), ("/docker/x", "/docker/xy", nil), ("/docker/x", "/", nil),
    ] as [(String, String, String?)])
  func findsTheDirectoryOfAPathUnlessItIsOutsideTheMount(
    root: String, path: String, directory: String?
  ) {
    let hierarchy = CgroupLayout.Hierarchy(mountPoint: "/cg", root: root)
    #expect(hierarchy.directory(of: path) == directory)
  }
}

@Suite struct CgroupMembershipTests {
  @Test func readsTheDifferentPathsOfOneProcess() {
    let membership = CgroupMembership(
      parsing: "9:name=systemd:/user.slice\n4:memory:/a:b/c\n3:cpu,cpuacct:/x (deleted)\n0::/\n")
    #expect(membership.unified == "/")
    #expect(membership.legacy["memory"] == "/a:b/c")
    #expect(membership.legacy["cpuacct"] == "/x")
    #expect(
      membership.path(in: CgroupLayout.Hierarchy(mountPoint: "/s", name: "systemd"))
        == "/user.slice")
    #expect(
      membership.path(
        in: CgroupLayout.Hierarchy(mountPoint: "/c", controllers: ["cpuacct", "cpu"]))
        == "/x")
    #expect(membership.path(in: CgroupLayout.Hierarchy(mountPoint: "/u")) == "/")
  }

  @Test(arguments: ["", "0:", "::", "1:cpu:relative", "nonsense\n\n"])
  func passesOverLinesThatAreNotAsDocumented(text: String) {
    #expect(CgroupMembership(parsing: text) == CgroupMembership(parsing: ""))
  }

  @Test func aNameWithACarriageReturnDoesNotSwallowTheNextLine() {
    let membership = CgroupMembership(parsing: "2:cpu:/a\r\n0::/b\n")
    #expect(membership.unified == "/b")
  }
}
