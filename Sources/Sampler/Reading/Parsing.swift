import Model

/// Formats that several files of the kernel share.
enum Parsing {
  /// PSI: `some avg10=… avg60=… avg300=… total=N`, then perhaps `full …`; totals in microseconds
  /// (Documentation/accounting/psi.rst).
  static func pressure(_ text: Span<UInt8>) -> (some: UInt64?, full: UInt64?) {
    var scanner = Scanner(text)
    var some: UInt64?
    var full: UInt64?
    while !scanner.isAtEnd {
      let isSome = scanner.skip("some ")
      let isFull = !isSome && scanner.skip("full ")
      if isSome || isFull {
        // The three averages are passed over: our own interval is exact.
        guard scanner.skip("avg10=") else { break }
        scanner.skip(upTo: UInt8(ascii: "t"))
        if scanner.skip("total=") {
          let total = scanner.number()
          if isSome { some = total } else { full = total }
        }
      }
      scanner.skipLine()
    }
    return (some, full)
  }

  /// Bytes moved, from v2 `io.stat`: lines of `MAJ:MIN key=value …`. Lines without keys occur and
  /// count nothing. Devices for which `counts` is false are left out.
  static func ioStat(_ text: Span<UInt8>, counts: (Device) -> Bool) -> IOReading {
    var scanner = Scanner(text)
    var read: UInt64 = 0
    var written: UInt64 = 0
    while !scanner.isAtEnd {
      if let device = self.device(&scanner), counts(device) {
        scanner.skipBlanks()
        while let byte = scanner.next, byte != 0x0A {
          if scanner.skip("rbytes=") {
            read &+= scanner.number() ?? 0
          } else if scanner.skip("wbytes=") {
            written &+= scanner.number() ?? 0
          }
          scanner.skipWord()
        }
      }
      scanner.skipLine()
    }
    var io = IOReading()
    io.read = read
    io.written = written
    return io
  }

  /// Bytes moved, from v1 `blkio.throttle.io_service_bytes*`: lines of `MAJ:MIN Read N`.
  static func blkioBytes(_ text: Span<UInt8>, counts: (Device) -> Bool) -> IOReading {
    var scanner = Scanner(text)
    var read: UInt64 = 0
    var written: UInt64 = 0
    while !scanner.isAtEnd {
      if let device = self.device(&scanner), counts(device) {
        scanner.skipBlanks()
        if scanner.skip("Read ") {
          read &+= scanner.number() ?? 0
        } else if scanner.skip("Write ") {
          written &+= scanner.number() ?? 0
        }
      }
      scanner.skipLine()
    }
    var io = IOReading()
    io.read = read
    io.written = written
    return io
  }

  /// `read_bytes` and `write_bytes` of /proc/PID/io (proc_pid_io(5)): what reached block devices, and
  /// `rchar`: what read calls asked for.
  static func processIO(_ text: Span<UInt8>) -> IOReading {
    var io = IOReading()
    var scanner = Scanner(text)
    while !scanner.isAtEnd {
      if scanner.skip("read_bytes:") {
        io.read = scanner.number()
      } else if scanner.skip("write_bytes:") {
        io.written = scanner.number()
      } else if scanner.skip("rchar:") {
        io.called = scanner.number()
      }
      scanner.skipLine()
    }
    return io
  }

  /// CPUs as cpuset(7) lists them: `0-3,8`; nil for anything else.
  static func cpuSet(_ text: Span<UInt8>) -> CPUSet? {
    var scanner = Scanner(text)
    var set = CPUSet()
    while let first = scanner.number() {
      let last = scanner.skip(UInt8(ascii: "-")) ? scanner.number() : first
      guard let last, first <= last, last <= 65_535 else { return nil }
      for number in first...last { set.insert(Int(number)) }
      if !scanner.skip(UInt8(ascii: ",")) { break }
    }
    scanner.skipLine()
    return scanner.isAtEnd ? set : nil
  }

  /// `MAJ:MIN` at the scanner's position.
  static func device(_ scanner: inout Scanner) -> Device? {
    guard let major = scanner.number(), scanner.skip(UInt8(ascii: ":")),
      let minor = scanner.number()
    else { return nil }
    return Device(
      major: UInt32(truncatingIfNeeded: major), minor: UInt32(truncatingIfNeeded: minor))
  }
}

/// A block device by its numbers.
struct Device: Hashable {
  let major: UInt32
  let minor: UInt32
}
