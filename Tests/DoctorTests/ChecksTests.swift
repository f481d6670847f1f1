import Doctor
import Model
import Testing

@Suite struct ChecksTests {
  private func check(_ subject: String, _ facts: Facts) throws -> Check {
    try #require(Checks.all(facts).first { $0.subject == subject })
  }

  @Test func aPlainV2BoxAsRootLacksNothing() {
    var facts = Facts()
    facts.kernel = Facts.KernelVersion(6, 1)
    facts.isRoot = true
    facts.cgroups = CgroupLayout(unified: .init(mountPoint: "/sys/fs/cgroup"))
    facts.unifiedControllers = ["cpuset", "cpu", "io", "memory", "pids"]
    facts.mayMakeAtRoot = true
    facts.hasPressure = true
    facts.hasGroupPressure = true
    facts.openFiles = (1024, 524_288)
    facts.terminal.isTerminal = true
    facts.terminal.isTrueColor = true
    facts.terminal.isUTF8 = true
    facts.terminal.columns = 120
    facts.terminal.rows = 40
    let lacking = Checks.all(facts).filter { $0.state != .ok }
    #expect(lacking.isEmpty, "\(lacking)")
  }

  @Test func everythingThatIsNotThereSaysWhatItCosts() {
    for check in Checks.all(Facts()) where check.state != .ok {
      #expect(!check.cost.isEmpty, "\(check.subject)")
    }
  }

  @Test func aLibraryThatIsNotFoundNamesWhatHasIt() throws {
    var facts = Facts()
    facts.gpus.hasModule = true
    let found = try check("GPUs", facts)
    #expect(found.state == .missing)
    #expect(found.remedy.contains("libnvidia-compute"))
    facts.gpus.hasLibrary = true
    #expect(try check("GPUs", facts).finding.contains("/dev/nvidiactl"))
    facts.gpus.mayOpen = true
    facts.gpus.sample = nil
    #expect(try check("GPUs", facts).finding == "the driver does not answer")
  }

  @Test func aBoxWithoutGPUsIsWell() throws {
    var facts = Facts()
    #expect(try check("GPUs", facts).state == .ok)
    facts.gpus.vendors = [.nvidia]
    #expect(try check("GPUs", facts).state == .limited)
  }

  @Test func devicesAreCountedByName() throws {
    var facts = Facts()
    facts.isRoot = true
    let readings = (0..<3).map { index in
      let identity = GPUIdentity(
        id: GPUID(SafeText("GPU-\(index)")), index: index, vendor: .amd,
        name: SafeText(index == 1 ? "B" : "A"))
      return GPUReading(identity: identity, time: Instant(nanoseconds: 1))
    }
    facts.gpus.sample = GPUSample(time: Instant(nanoseconds: 1), devices: readings)
    #expect(try check("GPUs", facts).finding == "2 × A, 1 × B")
    #expect(try check("GPU units", facts).state == .limited)
    facts.isRoot = false
    facts.gpus.sample?.devices[0].processes = .value([])
    #expect(try check("GPU processes", facts).state == .limited)
    facts.gpus.sample?.devices[2].condition = .lost
    #expect(try check("GPUs", facts).cost.contains("no values from 2"))
  }

  @Test func aUserManagerWithoutLingerNamesTheCommand() throws {
    var facts = Facts()
    facts.hasSystemd = true
    facts.hasUserManager = true
    facts.user = "ada"
    #expect(try check("linger", facts).remedy == "loginctl enable-linger")
    facts.lingers = true
    #expect(try check("linger", facts).state == .ok)
  }

  @Test func aMissingControllerNamesTheOptionsItTakesAway() throws {
    var facts = Facts()
    facts.hasSystemd = true
    facts.hasUserManager = true
    facts.delegatedControllers = ["cpu", "memory", "pids"]
    let delegation = try check("delegation", facts)
    #expect(delegation.state == .limited)
    #expect(delegation.cost.contains("--cpus") && delegation.cost.contains("--io-read"))
  }
}
