import CLinux
import Glibc

/// A file that grows, read where it was left; it may be cut, replaced and made later.
///
/// Only regular files are read, and no links are followed at the end of the path: whoever names the
/// file may be somebody else than who reads it.
struct FollowedFile: ~Copyable {
  /// What one look found.
  enum Look {
    /// Appended bytes; `isFresh`: they do not follow what was read before.
    case bytes(ArraySlice<UInt8>, isFresh: Bool, startsInside: Bool)
    case nothing
  }

  private let path: String
  private let owner: uid_t?
  private let isFromStart: Bool
  private var descriptor: Int32 = -1
  private var offset: off_t = 0
  private var isFresh = true
  private var identity: (dev_t, ino_t)?

  /// So much is read in one look. What a file grows by beyond is passed over up to its last part, or,
  /// where it is read from the start, left for the next look.
  static let mostInALook = 4 << 20
  /// So much of the end of a file that is there already is read.
  static let tail = 64 << 10

  /// `owner`: only a file of this user is read. `isFromStart`: it is read whole and in order.
  init(_ path: String, owner: uid_t? = nil, isFromStart: Bool = false) {
    self.path = path
    self.owner = owner
    self.isFromStart = isFromStart
  }

  deinit { if descriptor >= 0 { _ = close(descriptor) } }

  /// Reads what has been appended since the last look.
  mutating func look() -> Look {
    if descriptor < 0, !open(isFirst: identity == nil) { return .nothing }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .nothing }
    if status.st_size < offset {
      offset = 0
      isFresh = true
    }
    if status.st_size > offset { return read(upTo: status.st_size) }
    // All is read of this one; another may have taken its name.
    var named = stat()
    if lstat(path, &named) == 0, (named.st_dev, named.st_ino) != (status.st_dev, status.st_ino) {
      _ = close(descriptor)
      descriptor = -1
      if open(isFirst: false), fstat(descriptor, &status) == 0, status.st_size > 0 {
        return read(upTo: status.st_size)
      }
    }
    return .nothing
  }

  private mutating func open(isFirst: Bool) -> Bool {
    let opened = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY)
    guard opened >= 0 else { return false }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      owner.map({ $0 == status.st_uid }) ?? true
    else {
      _ = close(opened)
      return false
    }
    descriptor = opened
    identity = (status.st_dev, status.st_ino)
    offset = isFirst && !isFromStart ? max(0, status.st_size - off_t(Self.tail)) : 0
    isFresh = true
    return true
  }

  private mutating func read(upTo size: off_t) -> Look {
    var wasPassedOver = false
    if !isFromStart, size - offset > off_t(Self.mostInALook) {
      offset = size - off_t(Self.tail)
      wasPassedOver = true
      isFresh = true
    }
    let wanted = min(Int(size - offset), Self.mostInALook)
    let start = offset
    var bytes = [UInt8](repeating: 0, count: wanted)
    let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, wanted, start) }
    guard got > 0 else { return .nothing }
    offset += off_t(got)
    defer { isFresh = false }
    return .bytes(
      bytes[..<got], isFresh: isFresh, startsInside: isFresh && (start > 0 || wasPassedOver))
  }
}
