import CLinux
import Glibc

/// Keeps what libraries write to standard error while the screen is up, and prints it afterwards.
///
/// Standard error becomes a file in memory, so a message from C, or the last words of the Swift
/// runtime, neither spoil the screen nor get lost. Only a terminal is replaced: who wrote
/// `2>errors.log` gets the lines there at once.
nonisolated enum CapturedErrors {
  private static let capacity = 256 << 10
  /// Of more than half of that, this much is kept of the beginning and of the end.
  private static let kept = 32 << 10

  /// Sends standard error into the file; without memory for one, nothing is captured.
  static func capture() {
    let memory = handlerMemory
    guard isatty(STDERR_FILENO) == 1 else { return }
    if memory.pointee.errorFile < 0 {
      let file = ll_memfd_create("standard error")
      guard file >= 0 else { return }
      guard ftruncate(file, capacity) == 0,
        let text = mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
        text != MAP_FAILED
      else {
        close(file)
        return
      }
      memory.pointee.errorFile = file
      memory.pointee.errorText = UnsafeMutableRawBufferPointer(start: text, count: capacity)
      memory.pointee.errorOutput = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    }
    fflush(nil)
    dup2(memory.pointee.errorFile, STDERR_FILENO)
  }

  /// Makes room when much was written: called at every draw, it costs one system call.
  static func trim() {
    let file = handlerMemory.pointee.errorFile
    guard file >= 0, let text = handlerMemory.pointee.errorText.baseAddress else { return }
    let written = Int(lseek(file, 0, SEEK_CUR))
    guard written > capacity / 2 else { return }
    // Written beyond the mapping: the program was busy while a library said very much.
    let end = min(written, capacity)
    memmove(text + kept, text + end - kept, kept)
    lseek(file, off_t(2 * kept), SEEK_SET)
    if written > capacity { ftruncate(file, off_t(capacity)) }
  }

  /// Gives standard error back and prints what was kept; safe in a signal handler.
  static func release() {
    let memory = handlerMemory
    guard memory.pointee.errorFile >= 0, memory.pointee.errorOutput >= 0 else { return }
    let count = Int(lseek(memory.pointee.errorFile, 0, SEEK_CUR))
    dup2(memory.pointee.errorOutput, STDERR_FILENO)
    guard count > 0 else { return }
    let text = memory.pointee.errorText
    Rescue.write(
      UnsafeRawBufferPointer(start: text.baseAddress, count: min(count, text.count)),
      to: STDERR_FILENO)
    lseek(memory.pointee.errorFile, 0, SEEK_SET)
  }
}
