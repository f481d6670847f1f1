import Model

/// `/proc/PID/status` (proc_pid_status(5)), what changes rarely or never.
struct ProcessStatus {
  /// The real user.
  var user: UInt32?
  /// The CPUs that its main thread may run on.
  var cpus: CPUSet?

  init(_ text: Span<UInt8>) {
    var scanner = Scanner(text)
    while !scanner.isAtEnd {
      if scanner.skip("Uid:\t") {
        user = scanner.number().flatMap { UInt32(exactly: $0) }
      } else if scanner.skip("Cpus_allowed_list:\t") {
        let start = scanner.position
        scanner.skipWord()
        cpus = CPUSet(parsing: String(decoding: scanner.bytes(from: start), as: UTF8.self))
      }
      scanner.skipLine()
    }
  }
}

extension ReadBuffer {
  /// The process whose status file was read last.
  var processStatus: ProcessStatus { ProcessStatus(text) }
}
