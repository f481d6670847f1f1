import Glibc

/// Whose files are taken.
package enum FileTrust: Sendable, Hashable {
  case anyone
  /// Only files of this user that nobody else may write: as root, what another user can change must
  /// not decide what is done.
  case only(user: UInt32)

  /// What holds for this process: root trusts its own files only.
  package static var current: FileTrust { geteuid() == 0 ? .only(user: 0) : .anyone }
}

/// Why a file was not read.
enum FileRefusal: Error, Hashable {
  case missing
  case because(String)
}

/// The bytes of a regular file of at most `limit` bytes.
///
/// Opened without blocking and judged by its descriptor, so that a FIFO does not hang and a file
/// exchanged in between is not taken for the one that was looked at.
func readFile(at path: String, trust: FileTrust, limit: Int = 1 << 20) throws(FileRefusal)
  -> [UInt8]
{
  let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
  guard descriptor >= 0 else {
    if errno == ENOENT || errno == ENOTDIR { throw .missing }
    throw .because("cannot be opened: \(String(cString: strerror(errno)))")
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    throw .because("cannot be examined: \(String(cString: strerror(errno)))")
  }
  try checkKind(status)
  try check(status, isTrustedBy: trust)
  return try readAll(descriptor, limit: limit)
}

private func checkKind(_ status: stat) throws(FileRefusal) {
  switch status.st_mode & S_IFMT {
  case S_IFREG: return
  case S_IFDIR: throw .because("is a directory; expected a TOML file")
  default: throw .because("is not a regular file; expected a TOML file")
  }
}

private func check(_ status: stat, isTrustedBy trust: FileTrust) throws(FileRefusal) {
  guard case .only(let user) = trust else { return }
  guard status.st_uid == user else {
    throw .because(
      "belongs to user \(status.st_uid), not to user \(user) as whom loadline runs; "
        + "make it theirs with chown, or run loadline as the owner")
  }
  let isShared =
    status.st_mode & S_IWOTH != 0 || (status.st_mode & S_IWGRP != 0 && status.st_gid != 0)
  if isShared { throw .because("can be written by other users; take that away with chmod go-w") }
}

private func readAll(_ descriptor: CInt, limit: Int) throws(FileRefusal) -> [UInt8] {
  var bytes: [UInt8] = []
  while true {
    var failure: CInt = 0
    // One byte over the limit shows that there is more, whatever size the file claims to have.
    let chunk = [UInt8](unsafeUninitializedCapacity: min(1 << 16, limit + 1 - bytes.count)) {
      let count = read(descriptor, $0.baseAddress, $0.count)
      if count < 0 { failure = errno }
      $1 = max(0, count)
    }
    if failure == EINTR { continue }
    if failure != 0 { throw .because("cannot be read: \(String(cString: strerror(failure)))") }
    if chunk.isEmpty { return bytes }
    bytes += chunk
    if bytes.count > limit { throw .because("is larger than \(limit >> 20) MiB") }
  }
}
