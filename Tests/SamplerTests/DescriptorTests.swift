import Glibc
import Testing

@testable import Sampler

@Suite struct DescriptorTests {
  @Test func aSamplerClosesNothingThatIsNotItsOwn() {
    // The low numbers are those that a slip closes first: take all that are free.
    var guarded: [Int32] = []
    while guarded.count < 200 {
      let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { break }
      guarded.append(descriptor)
    }
    let device = guarded.map { Self.device($0) }
    for _ in 0..<20 {
      let box = FakeBox(fixture: "host-v1-split")
      let sampler = box.sampler()
      for _ in 0..<3 { _ = sampler.sample() }
    }
    #expect(fcntl(0, F_GETFD) >= 0)
    #expect(guarded.map { Self.device($0) } == device)
    for descriptor in guarded {
      let isClosed = close(descriptor) == 0
      #expect(isClosed)
    }
  }

  private static func device(_ descriptor: Int32) -> UInt64? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? UInt64(status.st_rdev) : nil
  }

  @Test func ofSeveralFilesTheFirstThatExistsIsKept() {
    let box = FakeBox()
    box.write("/b", "2")
    box.write("/c", "3")
    let prefix = box.directory
    let file = KeptFile(firstOf: ["\(prefix)/a", "\(prefix)/b", "\(prefix)/c"])
    var buffer = ReadBuffer()
    let number = file.number(&buffer)
    #expect(number == 2)
    let none = KeptFile(firstOf: [])
    let isOpen = none.isOpen
    #expect(!isOpen)
  }

  @Test func aFileLongerThanTheBufferIsReadWhole() {
    let box = FakeBox()
    box.write("/long", String(repeating: "1\n", count: 100_000))
    var buffer = ReadBuffer(capacity: 64)
    let isRead = buffer.readWhole("\(box.directory)/long")
    let length = buffer.text.count
    #expect(isRead)
    #expect(length == 200_000)
  }
}
