import CLinux
import Glibc

/// Who holds a lock on a directory. Anybody who may read one may lock it: only the lock of somebody
/// who could change the job counts.
enum LockHolders {
  /// Whether all who hold a lock on an open directory are users without a say in it: neither root,
  /// nor its owner, nor the caller. False where that cannot be told.
  static func mayIgnore(_ descriptor: Int32, _ proc: String) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0, let table = Files.text("\(proc)/locks") else {
      return false
    }
    let holders = processes(inode: UInt64(status.st_ino), device: UInt64(status.st_dev), in: table)
    let users = holders.compactMap { Files.status("\(proc)/\($0)")?.st_uid }
    guard !users.isEmpty, users.count == holders.count else { return false }
    return users.allSatisfy { $0 != 0 && $0 != geteuid() && $0 != status.st_uid }
  }

  /// The processes that took a lock on a file, from the text of `/proc/locks` (proc_locks(5)):
  /// `1: FLOCK ADVISORY WRITE 812 00:1d:15571 0 EOF`; one with `->` waits for it.
  static func processes(inode: UInt64, device: UInt64, in table: String) -> [Int32] {
    table.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count > 5, words[1] == "FLOCK" else { return nil }
      let place = words[5].split(separator: ":")
      guard place.count == 3, UInt32(place[0], radix: 16) == ll_major(device),
        UInt32(place[1], radix: 16) == ll_minor(device), UInt64(place[2]) == inode
      else { return nil }
      return Int32(words[4])
    }
  }
}
