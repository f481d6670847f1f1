import CNVML
import Model

/// What the driver keeps lists of: samples of its utilisation, and processes.
extension NVMLDevice {
  /// A time stamp further ahead of our own clock is garbage, and would hide all that follow.
  private static let mostAhead: UInt64 = 10_000_000

  /// The driver's samples of utilisation since the last reading; none with the first one.
  func readSamples(
    into reading: inout GPUReading, _ buffers: NVMLBuffers, wall: UInt64
  ) throws(NVMLFailure) {
    guard let call = library.samples, parent == nil else { return }
    if let known: Measure<Bool> = remembered(.samples), known != .value(true) { return }
    if let newestBusy, newestBusy > wall &+ Self.mostAhead { self.newestBusy = nil }
    var type: UInt32 = 0
    var count = UInt32(buffers.sampleCapacity)
    let code = call(
      handle, UInt32(LL_NVML_SAMPLES_BUSY), newestBusy ?? 0, &type, &count, buffers.samples)
    // Nothing newer is an answer.
    if Int(code) == Int(LL_NVML_NOT_FOUND) {
      newestBusy = newestBusy ?? 0
      answers += 1
      return
    }
    guard try judge(.samples, code, true) == .value(true) else { return }
    let isFirst = newestBusy == nil
    var newest = newestBusy ?? 0
    for index in 0..<min(Int(count), buffers.sampleCapacity) {
      let sample = buffers.samples[index]
      guard sample.time > newest, sample.time <= wall &+ Self.mostAhead,
        let busy = Self.percent(sample.value, type: type)
      else { continue }
      newest = sample.time
      if !isFirst {
        reading.busySamples.append(GPUBusySample(time: sample.time, busy: busy))
      }
    }
    newestBusy = newest
  }

  /// A sample's value by its type (double, 4 bytes, 8 bytes); nil for what is no percentage.
  private static func percent(_ value: UInt64, type: UInt32) -> Share? {
    switch type {
    case 0:
      let percent = Double(bitPattern: value)
      return percent >= 0 && percent <= 100 ? Share(percent / 100) : nil
    case 1, 5: return share(value & 0xFFFF_FFFF)
    default: return share(value)
    }
  }

  /// Who holds contexts, with the memory and the time of each.
  func readProcesses(
    into reading: inout GPUReading, _ buffers: NVMLBuffers, _ presence: ProcessPresence,
    wall: UInt64
  ) throws(NVMLFailure) {
    var processes: [GPUProcess] = []
    var outcome = Measure<Bool>.unsupported
    for (question, list) in [
      (NVMLQuestion.compute, library.compute), (.graphics, library.graphics),
      (.sharing, library.sharing),
    ] {
      let answer = try self.list(question, list, buffers, presence, &processes)
      // The first list that there is decides: without it the others are not everybody.
      if outcome == .unsupported { outcome = answer }
    }
    if outcome == .value(true) {
      try readShares(of: &processes, buffers, wall: wall)
    }
    reading.processes = outcome.map { _ in processes }
  }

  /// Adds the processes of one list.
  private func list(
    _ question: NVMLQuestion, _ list: NVMLLibrary.ProcessList?, _ buffers: NVMLBuffers,
    _ presence: ProcessPresence, _ processes: inout [GPUProcess]
  ) throws(NVMLFailure) -> Measure<Bool> {
    guard let list else { return .unsupported }
    if let known: Measure<Bool> = remembered(question) { return known }
    var count: UInt32 = 0
    var code: Int32 = 0
    // Processes appear between two calls: each time there may be more than it said before.
    for _ in 0..<6 {
      count = UInt32(buffers.processCapacity)
      code = list.call(handle, &count, buffers.processes)
      guard Int(code) == Int(LL_NVML_INSUFFICIENT_SIZE),
        buffers.processCapacity < NVMLBuffers.mostProcesses
      else { break }
      buffers.growProcesses(to: Int(count) + 8)
    }
    let answer = try judge(question, code, true)
    guard answer == .value(true) else { return answer }
    for index in 0..<min(Int(count), buffers.processCapacity) {
      let (pid, memory) = Self.record(index, of: list, in: buffers)
      // Linux has no pid above 2²²; NVML says 2³²-1 for "none".
      guard pid > 0, pid <= 1 << 22 else { continue }
      let amount = Self.bytes(memory)
      if let known = processes.firstIndex(where: { $0.pid == Int32(pid) }) {
        // One that draws and computes is in both lists, with the same memory.
        processes[known].memory =
          switch (processes[known].memory, amount) {
          case (let a?, let b?): max(a, b)
          case (let a, let b): a ?? b
          }
      } else {
        var process = GPUProcess(pid: Int32(pid), memory: amount)
        process.isHere = presence.isHere(process.pid)
        processes.append(process)
      }
    }
    return answer
  }

  private static func record(
    _ index: Int, of list: NVMLLibrary.ProcessList, in buffers: NVMLBuffers
  ) -> (pid: UInt32, memory: UInt64) {
    if list.isFirstVersion {
      let record = buffers.processes.assumingMemoryBound(to: ll_nvml_process_v1.self)[index]
      return (record.pid, record.memory)
    }
    let record = buffers.processes.assumingMemoryBound(to: ll_nvml_process_v2.self)[index]
    return (record.pid, record.memory)
  }

  /// The part that each process had of the SM time since the last reading.
  ///
  /// Samples of processes that hold no context or have ended, of more than 100 %, and such as were
  /// there at the last reading occur: they are left out.
  private func readShares(
    of processes: inout [GPUProcess], _ buffers: NVMLBuffers, wall: UInt64
  ) throws(NVMLFailure) {
    guard let call = library.processSamples, parent == nil, !identity.isSplit else { return }
    if let known: Measure<Share> = remembered(.shares) {
      for index in processes.indices { processes[index].share = known }
      return
    }
    guard !processes.isEmpty else { return }
    // The box's clock was set back: whatever comes would be older.
    if let newestShares, newestShares > wall &+ Self.mostAhead { self.newestShares = nil }
    var count: UInt32 = 0
    var code: Int32 = 0
    for _ in 0..<6 {
      count = UInt32(buffers.shareCapacity)
      code = call(handle, buffers.shares, &count, newestShares ?? 0)
      guard Int(code) == Int(LL_NVML_INSUFFICIENT_SIZE),
        buffers.shareCapacity < NVMLBuffers.mostProcesses
      else { break }
      buffers.growShares(to: Int(count) + 8)
    }
    let isNobody = Int(code) == Int(LL_NVML_NOT_FOUND)
    if isNobody { answers += 1 }
    let answer: Measure<Share> =
      isNobody ? .value(Share(0)) : try judge(.shares, code, Share(0))
    guard answer.value != nil else {
      for index in processes.indices { processes[index].share = answer }
      return
    }
    // Without a last reading nobody knows since when the samples count.
    let isFirst = newestShares == nil
    let since = newestShares ?? 0
    var newest = since
    var sums = [(total: UInt64, count: UInt64)](repeating: (0, 0), count: processes.count)
    for index in 0..<(isNobody ? 0 : min(Int(count), buffers.shareCapacity)) {
      let sample = buffers.shares[index]
      guard sample.sm <= 100, sample.time > since, sample.time <= wall &+ Self.mostAhead,
        let process = processes.firstIndex(where: { UInt32($0.pid) == sample.pid }),
        processes[process].isHere
      else { continue }
      newest = max(newest, sample.time)
      sums[process].total += UInt64(sample.sm)
      sums[process].count += 1
    }
    newestShares = newest
    for index in processes.indices {
      let (total, count) = sums[index]
      processes[index].share =
        isFirst || !processes[index].isHere
        ? .unknown : .value(Share(count > 0 ? Double(total) / Double(count) / 100 : 0))
    }
  }
}
