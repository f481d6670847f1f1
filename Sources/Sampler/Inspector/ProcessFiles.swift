import CLinux
import Glibc
import Model

/// The files of a process that take its lock and can block for seconds: `cmdline`, `environ`,
/// `smaps_rollup`. Only the ``Inspector``'s threads read them.
struct ProcessFiles: Sendable {
  let proc: String

  /// A process by its identity.
  struct Target: Sendable, Hashable {
    let pid: Int32
    /// Clock ticks after boot.
    let start: UInt64
  }

  /// The arguments, at most 8 KiB of them; nil when the process is gone, another, or hides them.
  ///
  /// Between the moment in which a program is taken for begun and that in which its arguments are in
  /// place, the kernel says that there are none (`begin_new_exec` and `create_elf_tables` in
  /// fs/exec.c and fs/binfmt_elf.c): milliseconds where it comes over a network. So none is believed
  /// only when it stays.
  func arguments(of target: Target) -> [String]? {
    for _ in 0..<Self.mostLooksForArguments {
      guard let bytes = read("cmdline", of: target, limit: 8 << 10) else { return nil }
      if !bytes.isEmpty {
        return bytes.split(separator: 0, omittingEmptySubsequences: false)
          .map { String(decoding: $0, as: UTF8.self) }
          .dropLast(bytes.last == 0 ? 1 : 0)
      }
      usleep(Self.pauseBetweenLooks)
    }
    return nil
  }

  private static let mostLooksForArguments = 10
  /// Microseconds.
  private static let pauseBetweenLooks: UInt32 = 20_000

  /// The value of a variable in the environment the process was started with.
  func environment(_ name: String, of target: Target) -> String? {
    guard let bytes = read("environ", of: target, limit: 64 << 10) else { return nil }
    let wanted = Array("\(name)=".utf8)
    for entry in bytes.split(separator: 0) where entry.starts(with: wanted) {
      return String(decoding: entry.dropFirst(wanted.count), as: UTF8.self)
    }
    return nil
  }

  /// The GPUs that a scheduler gave the process, by index or UUID: Slurm's own variables, which count
  /// those of the box, before CUDA's, which counts those that Slurm has left. nil where none says.
  func gpus(of target: Target) -> [SafeText]? {
    for name in ["SLURM_STEP_GPUS", "SLURM_JOB_GPUS", "CUDA_VISIBLE_DEVICES"] {
      guard let value = environment(name, of: target) else { continue }
      let gpus = Self.gpus(in: value)
      if !gpus.isEmpty { return gpus }
    }
    return nil
  }

  /// `0,2-3` or `GPU-…`; what is neither is left out.
  static func gpus(in list: String) -> [SafeText] {
    var gpus: [SafeText] = []
    for part in list.split(separator: ",").prefix(64) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      if ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil {
        guard (0...1023).contains(first), (first...1023).contains(last) else { continue }
        gpus += (first...last).map { SafeText("\($0)") }
      } else if part.hasPrefix("GPU-") || part.hasPrefix("MIG-") {
        gpus.append(SafeText(String(part)))
      }
    }
    return gpus
  }

  /// The proportional set size by kind (`smaps_rollup`, Linux 4.14; by kind since 5.4).
  func proportionalMemory(of target: Target) -> Proportional? {
    guard let bytes = read("smaps_rollup", of: target, limit: 16 << 10) else { return nil }
    var scanner = Scanner(bytes.span)
    var total: UInt64?
    var result = Proportional()
    while !scanner.isAtEnd {
      if scanner.skip("Pss:") {
        total = scanner.number()
      } else if scanner.skip("Pss_Anon:") {
        result.anonymous = scanner.number() ?? 0
      } else if scanner.skip("Pss_File:") {
        result.file = scanner.number() ?? 0
      } else if scanner.skip("Pss_Shmem:") {
        result.shared = scanner.number() ?? 0
      }
      scanner.skipLine()
    }
    guard let total else { return nil }
    result.total = total
    return result
  }

  /// What a process holds that is neither of files nor shared memory, which anybody may know
  /// (`statm`, proc_pid_statm(5)); nil when it has ended.
  func ownMemory(of target: Target) -> Bytes? {
    var buffer = ReadBuffer(capacity: 2048)
    guard buffer.readWhole("\(proc)/\(target.pid)/stat"), let stat = buffer.processStat,
      stat.start == target.start, !stat.isZombie, buffer.readWhole("\(proc)/\(target.pid)/statm")
    else { return nil }
    var scanner = Scanner(buffer.text)
    guard scanner.number() != nil, let resident = scanner.number(), let shared = scanner.number()
    else { return nil }
    let pages = resident - min(resident, shared)
    return Bytes(clamping: pages &* UInt64(max(1, sysconf(Int32(_SC_PAGESIZE)))))
  }

  /// Proportional set size in KiB.
  struct Proportional: Sendable {
    var total: UInt64 = 0
    var anonymous: UInt64 = 0
    var file: UInt64 = 0
    var shared: UInt64 = 0
  }

  private func read(_ name: String, of target: Target, limit: Int) -> [UInt8]? {
    let directory = open("\(proc)/\(target.pid)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return nil }
    defer { _ = close(directory) }
    let file = openat(directory, name, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { _ = close(file) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = 0
    while count < limit {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(file, $0.baseAddress.map { $0 + count }, limit - count)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { return nil }
      if got == 0 { break }
      count += got
    }
    bytes.removeLast(limit - count)
    // The directory's descriptor is the process's identity; its start time says whose it is.
    var buffer = ReadBuffer(capacity: 2048)
    guard buffer.readOnce("stat", in: directory), let stat = ProcessStat(buffer.text),
      stat.start == target.start
    else { return nil }
    return bytes
  }
}
