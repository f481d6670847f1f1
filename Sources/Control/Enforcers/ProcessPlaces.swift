import Model

/// ``Place/threads(of:attribute:)`` for transactions.
struct ProcessPlaces: PlaceAccess {
  var proc = "/proc"

  /// What the text says itself where every thread has the value that it gives it: threads come and
  /// go, and the words for the same state with them.
  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    let threads = try threads(place)
    let values = try threads.values()
    return threads.deviants(from: text).isEmpty && ProcessThreadValues(text: text) != nil
      ? text : values.text
  }

  func effective(_ file: String, of place: Place) -> String? { nil }

  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    try threads(place).write(text)
  }

  private func threads(_ place: Place) throws(ChangeFailure) -> ProcessThreads {
    guard case .threads(let processes, let attribute) = place else {
      throw ChangeFailure(.failed, "\(place) is no attribute of threads.")
    }
    return ProcessThreads(processes: processes, attribute: attribute, proc: proc)
  }
}
