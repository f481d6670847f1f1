/// Where each process is kept, by its number: a lookup is two loads, where a dictionary hashes.
///
/// Numbers go up to 2²² (`/proc/sys/kernel/pid_max`); pages of a thousand are made as they are met.
struct PidTable {
  private var pages: [[Int32]] = []
  private(set) var count = 0

  private static let page = 1024
  private static let none: Int32 = -1

  /// The slot of a process; nil where there is none.
  subscript(_ pid: Int32) -> Int32? {
    get {
      let page = Int(pid) / Self.page
      guard pid >= 0, page < pages.count, !pages[page].isEmpty else { return nil }
      let slot = pages[page][Int(pid) % Self.page]
      return slot == Self.none ? nil : slot
    }
    set {
      let page = Int(pid) / Self.page
      guard pid >= 0, page < 1 << 12 else { return }
      if page >= pages.count {
        pages.append(contentsOf: repeatElement([], count: page + 1 - pages.count))
      }
      if pages[page].isEmpty { pages[page] = Array(repeating: Self.none, count: Self.page) }
      let had = pages[page][Int(pid) % Self.page] != Self.none
      pages[page][Int(pid) % Self.page] = newValue ?? Self.none
      count += (newValue != nil ? 1 : 0) - (had ? 1 : 0)
    }
  }
}
