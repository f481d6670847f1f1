/// The limits that `loadline run` was asked for; nil is "none asked".
package struct RunLimits: Sendable, Hashable {
  package var cores: Cores?
  package var memory: Bytes?
  package var memoryHigh: Bytes?
  /// Relative CPU weight, 1…10000; 100 is ordinary.
  package var weight: Int?
  package var cpus: CPUSet?
  package var read: ByteRate?
  package var write: ByteRate?

  package init(
    cores: Cores? = nil, memory: Bytes? = nil, memoryHigh: Bytes? = nil, weight: Int? = nil,
    cpus: CPUSet? = nil, read: ByteRate? = nil, write: ByteRate? = nil
  ) {
    self.cores = cores
    self.memory = memory
    self.memoryHigh = memoryHigh
    self.weight = weight
    self.cpus = cpus
    self.read = read
    self.write = write
  }

  /// One of the limits; the raw value is its option without the dashes.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case cores, memory, memoryHigh = "memory-high", weight, cpus, read = "io-read",
      write = "io-write"

    /// The option of `loadline run` that sets it: `--memory`.
    package var option: String { "--" + rawValue }
  }

  /// The limits that were asked for, in the order of the options.
  package var asked: [Kind] { Kind.allCases.filter { self.has($0) } }

  private func has(_ kind: Kind) -> Bool {
    switch kind {
    case .cores: cores != nil
    case .memory: memory != nil
    case .memoryHigh: memoryHigh != nil
    case .weight: weight != nil
    case .cpus: cpus != nil
    case .read: read != nil
    case .write: write != nil
    }
  }
}
