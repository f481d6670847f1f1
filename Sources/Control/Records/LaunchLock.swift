import CLinux
import Glibc

/// Excludes the other starts and sweeps of the same user, so that none takes a group that is being
/// filled for one that was left behind.
///
/// A lock (flock(2)) on a directory of its own, made for it and removed afterwards. Whoever executes
/// another program lets go of it. Where it cannot be had, a start goes on without: two of one name
/// still exclude each other by making the group's directory.
final class LaunchLock {
  private let path: String
  private var descriptor: Int32

  /// Nil where the directory cannot be used, or somebody else holds the lock for longer than
  /// `patience` milliseconds.
  init?(in system: LaunchSystem, patience: Int32) {
    var waited: Int32 = 0
    while true {
      guard let descriptor = Self.opened(system.lock, uid: system.uid) else { return nil }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isStill(descriptor, system.lock) {
        self.descriptor = descriptor
        path = system.lock
        return
      }
      close(descriptor)
      guard waited < patience else { return nil }
      usleep(5000)
      waited += 5
    }
  }

  /// The lock that the program before in this process held and lent; nil where it is none.
  init?(lent descriptor: Int32, in system: LaunchSystem) {
    guard descriptor > 2, Self.isStill(descriptor, system.lock) else { return nil }
    self.descriptor = descriptor
    path = system.lock
  }

  deinit { release() }

  /// Keeps the lock for the program that this process executes next; its descriptor.
  func lend() -> Int32 {
    _ = fcntl(descriptor, F_SETFD, 0)
    return descriptor
  }

  /// Lets go even where a forked process still has the descriptor.
  func release() {
    guard descriptor >= 0 else { return }
    rmdir(path)
    flock(descriptor, LOCK_UN)
    close(descriptor)
    descriptor = -1
  }

  private static func opened(_ path: String, uid: UInt32) -> Int32? {
    mkdir(path, 0o700)
    guard let status = Files.status(path), status.isDirectory, status.st_uid == uid else {
      return nil
    }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    return descriptor >= 0 ? descriptor : nil
  }

  /// Whether the directory is the one that was opened: the holder before removes it.
  private static func isStill(_ descriptor: Int32, _ path: String) -> Bool {
    var held = stat()
    guard fstat(descriptor, &held) == 0, let now = Files.status(path) else { return false }
    return held.st_ino == now.st_ino && held.st_dev == now.st_dev
  }
}
