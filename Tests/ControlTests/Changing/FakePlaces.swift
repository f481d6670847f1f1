import CLinux
import Glibc
import Model
import Synchronization

@testable import Control

/// Places in memory, whose writes fail or block as a test wants it.
final class FakePlaces: PlaceAccess {
  enum Fault: Sendable {
    /// Refused with this error; nothing is written.
    case refuses(Int32)
    /// The value is there at once, but the write comes back only when it is interrupted.
    case blocksInForce
    /// Comes back only when it is interrupted, and nothing was written.
    case blocks
    /// Accepted, and something else is there.
    case saves(String)
  }

  struct State {
    var values: [String: String] = [:]
    var writes: [String] = []
    var faults: [Int: Fault] = [:]
  }

  let state: Mutex<State>
  private let never: Int32

  init(_ values: [String: String], faults: [Int: Fault] = [:]) {
    state = Mutex(State(values: values, faults: faults))
    never = eventfd(0, Int32(EFD_CLOEXEC))
  }

  deinit { close(never) }

  var values: [String: String] { state.withLock { $0.values } }
  var writes: [String] { state.withLock { $0.writes } }

  static func place(_ name: String) -> Place { .file(directory: "/fake", inode: 1, name: name) }

  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    guard let value = values[place.file] else {
      throw ChangeFailure(.never, "\(place.file) is gone.", errno: ENOENT)
    }
    return value
  }

  func effective(_ file: String, of place: Place) -> String? { values[file] }

  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    let fault = state.withLock { state in
      let fault = state.faults[state.writes.count]
      state.writes.append("\(place.file)=\(text)")
      switch fault {
      case nil, .blocksInForce: state.values[place.file] = text
      case .saves(let other): state.values[place.file] = other
      case .refuses, .blocks: break
      }
      return fault
    }
    switch fault {
    case .refuses(let code): throw ChangeFailure(.notNow, "refused", errno: code)
    case .blocks, .blocksInForce:
      var count: UInt64 = 0
      _ = Glibc.read(never, &count, 8)
      throw ChangeFailure(.notNow, "interrupted", errno: EINTR)
    case .saves, nil: break
    }
  }
}

/// The real places, with writes that fail.
final class FaultyPlaces: PlaceAccess {
  private let files = FilePlaces()
  private let count = Mutex(0)
  private let failing: Set<Int>

  init(failing: Set<Int>) { self.failing = failing }

  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    try files.read(place, like: text)
  }

  func effective(_ file: String, of place: Place) -> String? {
    files.effective(file, of: place)
  }

  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    let number = count.withLock { count in
      defer { count += 1 }
      return count
    }
    if failing.contains(number) { throw ChangeFailure(.failed, "injected", errno: EIO) }
    try files.write(text, to: place)
  }
}
