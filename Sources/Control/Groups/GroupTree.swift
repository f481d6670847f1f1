import CLinux
import Glibc

/// A cgroup with the groups its job made below it, walked and removed by system calls alone.
///
/// Written for the reaper's forked process: no allocation on the heap, no locks, bounded depth.
enum GroupTree {
  private static let deepest = 32

  /// Whether no process is in the group or below it; false where that cannot be told, true where
  /// the group is gone.
  static func isEmpty(_ path: inout PathBuffer, depth: Int = 0) -> Bool {
    switch populated(&path) {
    case .some(let populated): return !populated
    case nil: break
    }
    guard holdsNoProcess(&path) else { return false }
    guard depth < deepest else { return false }
    return everyChild(of: &path) { isEmpty(&$0, depth: depth + 1) }
  }

  /// Removes the group and everything below it, depth first.
  ///
  /// Returns 0, also where it is gone already, or the error number: EBUSY where a process is still,
  /// or again, in it.
  static func remove(_ path: inout PathBuffer, depth: Int = 0) -> Int32 {
    if rmdir(path.bytes) == 0 || errno == ENOENT { return 0 }
    guard errno == EBUSY, depth < deepest else { return errno }
    var failure: Int32 = 0
    _ = everyChild(of: &path) { child in
      failure = remove(&child, depth: depth + 1)
      return failure == 0
    }
    if failure != 0 { return failure }
    return rmdir(path.bytes) == 0 || errno == ENOENT ? 0 : errno
  }

  /// What v2 says of the group and all below it in `cgroup.events`; nil where it says nothing.
  private static func populated(_ path: inout PathBuffer) -> Bool? {
    withFirstBytes(of: &path, "cgroup.events") { bytes in
      guard bytes.count >= 11, let start = bytes.baseAddress, memcmp(start, "populated ", 10) == 0
      else { return nil }
      return bytes[10] != UInt8(ascii: "0")
    } ?? nil
  }

  private static func holdsNoProcess(_ path: inout PathBuffer) -> Bool {
    withFirstBytes(of: &path, "cgroup.procs") { $0.isEmpty } ?? (errno == ENOENT || errno == ENODEV)
  }

  /// The start of a file of the group; nil, with `errno`, where it cannot be read.
  private static func withFirstBytes<Result>(
    of path: inout PathBuffer, _ file: StaticString, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    let length = path.count
    defer { path.cut(to: length) }
    let name = UnsafeRawPointer(file.utf8Start).assumingMemoryBound(to: CChar.self)
    guard path.append(name) else { return nil }
    let descriptor = open(path.bytes, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      let error = errno
      close(descriptor)
      errno = error
      return count < 0 ? nil : body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Calls `body` with the path of each directory in `path` until one is false.
  private static func everyChild(
    of path: inout PathBuffer, _ body: (inout PathBuffer) -> Bool
  ) -> Bool {
    let directory = open(path.bytes, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return errno == ENOENT }
    defer { close(directory) }
    return withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { buffer in
      guard let start = buffer.baseAddress else { return false }
      while true {
        let count = ll_getdents64(directory, start, UInt(buffer.count))
        if count <= 0 { return count == 0 || errno == ENOENT }
        var offset = 0
        while offset < count {
          // struct linux_dirent64: d_reclen at 16, d_type at 18, d_name from 19 (getdents(2));
          // DT_DIR is 4.
          let length = buffer.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self)
          let type = buffer[offset + 18]
          let name = (start + offset + 19).assumingMemoryBound(to: CChar.self)
          offset += Int(length)
          if type != 4 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { continue }
          let end = path.count
          guard path.append(name), body(&path) else {
            path.cut(to: end)
            return false
          }
          path.cut(to: end)
        }
      }
    }
  }
}
