import Glibc
import Model

/// Reading back what was written, where the kernel says what is in force.
struct Verification {
  let places: any PlaceAccess
  let patience: Patience

  /// Nil where the step's value is in force; else what is there instead.
  func failure(of step: Step) -> ChangeFailure? {
    let start = Now.monotonic
    let seconds = step.isSlowToSettle ? patience.write : patience.settle
    while true {
      let said: String
      switch look(at: step) {
      case .holds: return nil
      case .fails(var failure):
        failure.sentence =
          "\(step.place.words(step.after)) was written to \(step.place), which cannot be read back: \(failure.sentence)"
        return failure
      case .says(let text): said = text
      }
      guard Now.monotonic - start < seconds else {
        return ChangeFailure(
          .failed,
          "\(step.place.words(step.after)) was written to \(step.place), and it says \(said)\(places.deviation(of: step.place, from: step.after))."
        )
      }
      usleep(1000)
    }
  }

  private enum Look {
    case holds
    case says(String)
    case fails(ChangeFailure)
  }

  private func look(at step: Step) -> Look {
    if case .effective(let file, let value) = step.expected {
      guard let content = places.effective(file, of: step.place) else {
        return .says("nothing in \(file)")
      }
      return ControlFile.says(content, value, file: file)
        ? .holds : .says("\(ControlFile.trimmed(content).debugDescription) in \(file)")
    }
    do throws(ChangeFailure) {
      let now = try places.read(step.place, like: step.after)
      return step.isAfter(now) ? .holds : .says(step.place.words(now))
    } catch {
      return .fails(error)
    }
  }
}
