import Model

/// What a group holds in memory, as far as lowering a limit needs it.
struct MemoryUse: Sendable, Hashable {
  var charged: Int64
  /// What cannot be reclaimed: anonymous, shared and kernel memory, and what is locked beyond those.
  var hard: Int64

  /// Reads `memory.stat` and the current usage; nil where either is missing.
  init?(_ directory: String, _ interface: Interface) {
    let isV2 = interface == .v2
    let usage = isV2 ? "memory.current" : "memory.usage_in_bytes"
    guard let charged = Files.line("\(directory)/\(usage)").flatMap({ Int64($0) }),
      let text = Files.text("\(directory)/memory.stat")
    else { return nil }
    var numbers: [Substring: Int64] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2 { numbers[words[0]] = Int64(words[1]) }
    }
    func number(_ key: Substring) -> Int64 { numbers[key] ?? 0 }
    let pages =
      isV2 ? number("anon") + number("shmem") : number("total_rss") + number("total_shmem")
    let unevictable = isV2 ? number("unevictable") : number("total_unevictable")
    let kernel: Int64
    if !isV2 {
      kernel =
        Files.line("\(directory)/memory.kmem.usage_in_bytes").flatMap { Int64($0) } ?? 0
    } else if let all = numbers["kernel"] {
      kernel = max(0, all - number("slab_reclaimable")) + number("sock")
    } else {
      kernel =
        number("slab_unreclaimable") + number("kernel_stack") + number("pagetables")
        + number("percpu") + number("sock")
    }
    self.charged = charged
    hard = min(charged, pages + max(0, unevictable - pages) + kernel)
  }

  /// No limit may be below this: what cannot be reclaimed, and a tenth.
  var least: Int64 { hard + hard / 10 }
}
