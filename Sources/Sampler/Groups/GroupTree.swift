import CLinux
import Glibc
import Model

/// The groups of the accounting hierarchy, kept up to date by inotify(7) and a full walk now and then.
///
/// inotify works on cgroupfs, but not recursively and not without races: a directory is listed again
/// after its watch was added, and the full walk is the net below.
struct GroupTree: ~Copyable {
  struct Node {
    let path: String
    let inode: UInt64
    let kind: GroupKind
    var watch: Int32
    var children: [String]
  }

  /// All groups by path; the root is `/`.
  private(set) var nodes: [String: Node] = [:]
  /// Grows with every change of ``nodes``.
  private(set) var generation = 0

  private let paths: GroupPaths
  private let notifier: Int32
  private var watched: [Int32: String] = [:]
  private var lastWalk: Instant?
  private let directory = DirectoryReader()
  private let events: UnsafeMutableRawPointer

  private static let eventCapacity = 16 << 10
  private static let walkEverySeconds = 10.0

  init(_ paths: GroupPaths) {
    self.paths = paths
    notifier = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    events = .allocate(byteCount: Self.eventCapacity, alignment: 8)
  }

  deinit {
    events.deallocate()
    if notifier >= 0 { _ = close(notifier) }
  }

  /// Brings ``nodes`` up to date: after events only where something happened.
  mutating func update(now: Instant) {
    guard paths.accounting != nil else { return }
    if let last = lastWalk, now.seconds(since: last) < Self.walkEverySeconds {
      for path in changedPaths() { _ = refresh(path, isWalk: false) }
    } else {
      _ = changedPaths()
      _ = refresh("/", isWalk: true)
      lastWalk = now
    }
  }

  /// Lists the group at `path` anew, then what is new below it, or everything if it is a walk; false
  /// when it is gone.
  private mutating func refresh(_ path: String, isWalk: Bool) -> Bool {
    guard let target = paths.accounting(path) else { return false }
    var status = stat()
    guard lstat(target, &status) == 0 else {
      remove(path)
      return false
    }
    let inode = UInt64(status.st_ino)
    if let node = nodes[path], node.inode != inode { remove(path) }
    if let node = nodes[path] {
      // The kernel counts a directory's children in its links (btrfs and overlays, on which only
      // captured trees can be, do not): as many as before and none of them gone are the same ones.
      if isWalk, Int(status.st_nlink) == node.children.count + 2 {
        var areAll = true
        for child in node.children where nodes[child] != nil && !refresh(child, isWalk: true) {
          areAll = false
        }
        if areAll { return true }
      }
    } else {
      let watch = addWatch(target)
      nodes[path] = Node(
        path: path, inode: inode, kind: Recognition.kind(of: path), watch: watch, children: [])
      if watch >= 0 { watched[watch] = path }
      generation &+= 1
      // What was made before the watch was there shows in the links now.
      guard lstat(target, &status) == 0 else {
        remove(path)
        return false
      }
    }
    // A leaf has nothing to list: its two links are itself.
    if nodes[path]?.children.isEmpty ?? false, status.st_nlink == 2 { return true }
    list(path, target, isWalk: isWalk)
    return true
  }

  /// Brings the children of a known group up to date.
  private mutating func list(_ path: String, _ target: String, isWalk: Bool) {
    var found: [(path: String, inode: UInt64)] = []
    _ = directory.forEach(at: target) { entry in
      if entry.isDirectory {
        let name = String(cString: entry.name)
        found.append((path == "/" ? "/\(name)" : "\(path)/\(name)", entry.inode))
      }
    }
    found.sort { $0.path < $1.path }
    let children = found.map(\.path)
    guard let before = nodes[path]?.children else { return }
    if before != children {
      for gone in Set(before).subtracting(children) { remove(gone) }
      nodes[path]?.children = children
      generation &+= 1
    }
    // Those that were there before have watches of their own.
    for child in found where isWalk || nodes[child.path]?.inode != child.inode {
      if Self.depth(child.path) <= Self.deepest { _ = refresh(child.path, isWalk: isWalk) }
    }
  }

  private static func depth(_ path: String) -> Int {
    path.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "/") ? 1 : 0) }
  }

  /// Groups further down are left to those above them: whoever may make groups may nest them by the
  /// thousand.
  private static let deepest = 32

  private mutating func remove(_ path: String) {
    guard let node = nodes.removeValue(forKey: path) else { return }
    generation &+= 1
    if node.watch >= 0 {
      watched[node.watch] = nil
      _ = inotify_rm_watch(notifier, node.watch)
    }
    for child in node.children { remove(child) }
  }

  private func addWatch(_ path: String) -> Int32 {
    guard notifier >= 0 else { return -1 }
    let mask = UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MOVE) | UInt32(IN_ONLYDIR)
    return inotify_add_watch(notifier, path, mask)
  }

  /// The groups in which something appeared or went since the last call.
  private mutating func changedPaths() -> Set<String> {
    var changed: Set<String> = []
    guard notifier >= 0 else { return changed }
    while true {
      let got = Glibc.read(notifier, events, Self.eventCapacity)
      guard got > 0 else { return changed }
      var offset = 0
      // struct inotify_event: wd, mask, cookie, len, then `len` bytes of name.
      while offset + 16 <= got {
        let watch = events.load(fromByteOffset: offset, as: Int32.self)
        let mask = events.load(fromByteOffset: offset + 4, as: UInt32.self)
        let length = events.load(fromByteOffset: offset + 12, as: UInt32.self)
        offset += 16 + Int(length)
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { lastWalk = nil }
        if mask & UInt32(IN_IGNORED) != 0 { continue }
        if let path = watched[watch] { changed.insert(path) }
      }
    }
  }
}
