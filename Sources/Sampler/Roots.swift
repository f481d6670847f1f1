/// Where the kernel's file systems are mounted; tests point it at captured trees.
package struct Roots: Sendable {
  /// Put before every absolute path: empty on a real box.
  package var prefix: String

  package init(prefix: String = "") { self.prefix = prefix }

  var proc: String { prefix + "/proc" }
  var sys: String { prefix + "/sys" }
}
