import CLinux
import Glibc

/// Extended attributes of a directory, which cgroup file systems keep since Linux 5.7 (xattr(7)).
enum Attributes {
  /// Sets an attribute; false where the file system keeps none.
  static func set(_ name: String, of path: String, to value: [UInt8]) -> Bool {
    lsetxattr(path, name, value, value.count, 0) == 0
  }

  /// The value of an attribute of at most `longest` bytes; nil where there is none.
  static func value(_ name: String, of path: String, longest: Int) -> [UInt8]? {
    var value = [UInt8](repeating: 0, count: longest)
    let count = lgetxattr(path, name, &value, value.count)
    return count < 0 ? nil : Array(value[..<count])
  }
}
