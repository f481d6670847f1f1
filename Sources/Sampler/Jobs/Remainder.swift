import Model

/// What is in no job: the hierarchy's own total less the jobs' counters, both read just now.
///
/// Its usage is kept as a counter of its own, because jobs come and go: each interval adds what the
/// root grew by beyond the jobs that were there at both ends of it. The root of v2 is counted by
/// sampling, its groups exactly, so that now and then they grow by more: it is made good later.
struct Remainder {
  private var usage: UInt64?
  private var lastTotal: UInt64?
  /// The jobs' usage at the last sample, in its order.
  private var last: [(job: JobID, usage: UInt64?)] = []
  /// Nanoseconds by which jobs grew beyond the root, and not more than a second of them.
  private var owed: UInt64 = 0

  private static let mostOwed: UInt64 = 1_000_000_000

  /// `isNested`: in a container without limits the box is the whole machine, of which the hierarchy
  /// shows a part. `kernelHasReclaimable`: the root's kernel memory holds slab that can be reclaimed.
  mutating func read(
    _ box: BoxReading, root: JobReading?, _ jobs: [JobReading], isNested: Bool,
    kernelHasReclaimable: Bool
  ) -> OtherReading {
    let whole = isNested ? nil : root
    var other = OtherReading(time: whole?.time ?? box.time)
    if let total = whole?.cpu.usage ?? box.usage {
      if let before = lastTotal, total >= before {
        let used = owed &+ growth(of: jobs)
        let grown = total - before
        usage = (usage ?? 0) &+ (grown - min(grown, used))
        owed = min(used - min(grown, used), Self.mostOwed)
      } else {
        usage = usage ?? 0
      }
      lastTotal = total
    }
    other.usage = usage
    last.removeAll(keepingCapacity: true)
    // By index: a reading is large, and an element of a loop is a copy.
    for index in jobs.indices { last.append((jobs[index].job.id, jobs[index].cpu.usage)) }
    if let root {
      other.memory = memory(of: root, less: jobs)
      if kernelHasReclaimable, let slab = box.reclaimableSlab {
        other.memory.kernel = other.memory.kernel.map { ($0 - slab).orZero }
      }
    }
    return other
  }

  /// Nanoseconds by which the jobs that were there at the last sample have grown since.
  private func growth(of jobs: [JobReading]) -> UInt64 {
    var used: UInt64 = 0
    // Both lists are in the order of discovery: what follows the last one found is nearly always it.
    var expected = 0
    for index in jobs.indices {
      let id = jobs[index].job.id
      if expected >= last.count || last[expected].job != id {
        guard let found = last.firstIndex(where: { $0.job == id }) else { continue }
        expected = found
      }
      if let now = jobs[index].cpu.usage, let then = last[expected].usage, now > then {
        used &+= now - then
      }
      expected += 1
    }
    return used
  }

  private func memory(of root: JobReading, less jobs: [JobReading]) -> MemoryReading {
    var rest = MemoryReading()
    rest.anonymous = root.memory.anonymous
    rest.shared = root.memory.shared
    rest.file = root.memory.file
    rest.kernel = root.memory.kernel
    for index in jobs.indices {
      rest.anonymous = rest.anonymous.map { $0 - (jobs[index].memory.anonymous ?? .zero) }
      rest.shared = rest.shared.map { $0 - (jobs[index].memory.shared ?? .zero) }
      rest.file = rest.file.map { $0 - (jobs[index].memory.file ?? .zero) }
      rest.kernel = rest.kernel.map { $0 - (jobs[index].memory.kernel ?? .zero) }
    }
    rest.anonymous = rest.anonymous?.orZero
    rest.shared = rest.shared?.orZero
    rest.file = rest.file?.orZero
    rest.kernel = rest.kernel?.orZero
    return rest
  }
}
