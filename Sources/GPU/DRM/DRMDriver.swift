import Host
import Model

/// AMD's and Intel's drivers, through sysfs, hwmon, procfs and the compute driver's processes.
final class DRMDriver: GPUDriver {
  private let prefix: String
  private let clients: DRMClients
  private let compute: KFDProcesses
  private let presence: ProcessPresence
  private var cards: [DRMCard] = []
  private var computeNumbers: [SafeText: UInt64] = [:]
  /// What the clients of all cards said in this round; nil before they were asked.
  private var found: [SafeText: DRMClients.Device]?
  private var isOpen = false

  let version: SafeText? = nil

  init(prefix: String) {
    self.prefix = prefix
    clients = DRMClients(prefix: prefix)
    compute = KFDProcesses(prefix: prefix)
    presence = ProcessPresence(prefix: prefix)
  }

  func open() throws(GPUDriverProblem) -> Int {
    if !isOpen {
      cards = SmallFile.names(in: prefix + "/sys/class/drm")
        .compactMap { DRMCard($0, prefix: prefix) }
        .sorted { $0.identity.index < $1.identity.index }
      guard !cards.isEmpty else { throw .absent }
      computeNumbers = compute.devices()
      isOpen = true
    }
    found = nil
    return cards.count
  }

  func read(_ index: Int, _ request: GPURequest) throws(GPUDriverProblem) -> [GPUReading] {
    guard cards.indices.contains(index) else { return [] }
    let now = Clock.now
    // One look at the processes serves all cards of a round.
    let clients: [SafeText: DRMClients.Device]
    if let found {
      clients = found
    } else {
      var all = self.clients.read(candidates: request.candidates, at: now)
      addCompute(to: &all)
      found = all
      clients = all
    }
    return [cards[index].read(clients[cards[index].address], at: now)]
  }

  private func addCompute(to found: inout [SafeText: DRMClients.Device]) {
    for (address, processes) in compute.processes(on: computeNumbers) {
      for var process in processes {
        process.isHere = presence.isHere(process.pid)
        let known = found[address]?.processes.firstIndex { $0.pid == process.pid }
        if let known {
          // It draws too: that part is in the fdinfo, the memory of both is told here.
          let memory = found[address]?.processes[known].memory ?? .zero
          found[address]?.processes[known].memory = max(memory, process.memory ?? .zero)
        } else {
          found[address, default: DRMClients.Device()].processes.append(process)
        }
      }
    }
  }
}
