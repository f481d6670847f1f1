package import Model

/// What a machine offers to loadline, as found; ``Checks`` says what follows from it.
package struct Facts: Sendable {
  /// Major and minor number of the kernel.
  package struct KernelVersion: Sendable, Equatable, Comparable, CustomStringConvertible {
    package var major: Int
    package var minor: Int

    package init(_ major: Int, _ minor: Int) {
      self.major = major
      self.minor = minor
    }

    package var description: String { "\(major).\(minor)" }
    package static func < (a: KernelVersion, b: KernelVersion) -> Bool {
      (a.major, a.minor) < (b.major, b.minor)
    }
  }

  /// What is known of the terminal.
  package struct Terminal: Sendable, Equatable {
    package var isTerminal = false
    package var type = ""
    /// How many colours the dashboard would use, in words.
    package var colors = ""
    package var isTrueColor = false
    package var isUTF8 = false
    package var columns = 0
    package var rows = 0

    package init() {}
  }

  /// What is known of GPUs.
  package struct GPUs: Sendable, Equatable {
    /// Makers that have a display or compute controller on the PCI bus.
    package var vendors: Set<GPUIdentity.Vendor> = []
    /// NVIDIA's kernel module is loaded, its library is found, and its control device may be opened.
    package var hasModule = false
    package var hasLibrary = false
    package var mayOpen = false
    /// What drivers told; nil where they did not answer in time.
    package var sample: GPUSample? = GPUSample(time: Instant(nanoseconds: 0))

    package init() {}
  }

  package var kernel = KernelVersion(0, 0)
  package var isRoot = false
  package var user = ""
  package var cgroups = CgroupLayout()
  /// Controllers of the v2 hierarchy, as its `cgroup.controllers` lists them.
  package var unifiedControllers: [String] = []
  /// loadline's own group in the hierarchy that jobs are found in.
  package var ownGroup: String?
  /// A group for a job can be made below the root, or below ``ownGroup``.
  package var mayMakeAtRoot = false
  package var mayMakeBelowOwn = false
  package var hasPressure = false
  package var hasGroupPressure = false
  package var hasSystemd = false
  package var hasUserManager = false
  package var lingers = false
  /// Controllers that the user manager may hand out.
  package var delegatedControllers: [String] = []
  package var hidesOthers = false
  /// Soft and hard limit of open files.
  package var openFiles = (soft: 0, hard: 0)
  package var hasSwap = false
  package var gpus = GPUs()
  package var terminal = Terminal()

  package init() {}
}
