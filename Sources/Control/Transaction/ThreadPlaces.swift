import Model

/// Attributes of every thread of a job's processes as places.
struct ThreadPlaces: PlaceAccess {
  var proc: String

  /// Threads come and go: what every one of them has is read as the text that says so.
  func read(_ place: Place, like text: String) throws(ChangeFailure) -> String {
    let threads = try threads(of: place)
    let values = try threads.read()
    guard ProcessThreadValues(text: text) != nil else { return values }
    return threads.deviants(from: text).isEmpty ? text : values
  }

  func effective(_ file: String, of place: Place) -> String? { nil }

  /// The first threads that have another value, by number.
  func deviation(of place: Place, from text: String) -> String {
    guard let deviants = try? threads(of: place).deviants(from: text), !deviants.isEmpty else {
      return ""
    }
    let named = deviants.prefix(3).map { deviant in
      "thread \(deviant.thread) of process \(deviant.process.pid) has \(deviant.value)"
    }
    let rest = deviants.count - named.count
    return ": " + named.joined(separator: ", ") + (rest > 0 ? ", and \(rest) more" : "")
  }

  func write(_ text: String, to place: Place) throws(ChangeFailure) {
    try threads(of: place).write(text)
  }

  private func threads(of place: Place) throws(ChangeFailure) -> ProcessThreads {
    guard case .threads(let processes, let attribute) = place else {
      throw ChangeFailure(.failed, "\(place) is no attribute of threads.")
    }
    return ProcessThreads(processes: processes, attribute: attribute, proc: proc)
  }
}
