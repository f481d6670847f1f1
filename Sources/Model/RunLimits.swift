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
  /// The GPUs it may use, by index or UUID.
  package var gpus: [SafeText]?

  package init(
    cores: Cores? = nil, memory: Bytes? = nil, memoryHigh: Bytes? = nil, weight: Int? = nil,
    cpus: CPUSet? = nil, read: ByteRate? = nil, write: ByteRate? = nil, gpus: [SafeText]? = nil
  ) {
    self.cores = cores
    self.memory = memory
    self.memoryHigh = memoryHigh
    self.weight = weight
    self.cpus = cpus
    self.read = read
    self.write = write
    self.gpus = gpus
  }

  /// One of the limits; the raw value is its option without the dashes.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case cores, memory, memoryHigh = "memory-high", weight, cpus, read = "io-read",
      write = "io-write", gpus

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
    case .gpus: gpus != nil
    }
  }

  /// GPUs in one text, `0,1`, as the option and CUDA_VISIBLE_DEVICES have them; nil for anything that
  /// is no such list. One that is named twice counts once.
  package static func gpus(parsing text: some StringProtocol) -> [SafeText]? {
    var gpus: [SafeText] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.drop { $0 == " " }
      let isName =
        (1...80).contains(name.utf8.count)
        && name.utf8.allSatisfy {
          (0x30...0x3A).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/")
        }
      guard isName, gpus.count < 64 else { return nil }
      if !gpus.contains(SafeText(String(name))) { gpus.append(SafeText(String(name))) }
    }
    return gpus
  }
}
