import Model

/// A value that an undo found changed by somebody else.
struct ForeignValue {
  /// What loadline had made.
  var change: Change
  /// Nil where it cannot be read as a value.
  var theirs: KnobValue?
  /// The texts of the place.
  var written: String
  var found: String

  func drift(_ id: TransactionID) -> Drift {
    Drift(
      transaction: id, target: change.target, mine: change.to, theirs: theirs ?? change.to)
  }

  func failure(_ id: TransactionID) -> ChangeFailure {
    var (mine, theirs) = (change.to.text, theirs?.text ?? found.debugDescription)
    // Two texts may mean one value, as a quota and a period do that are both twice as long.
    if mine == theirs { (mine, theirs) = (written.debugDescription, found.debugDescription) }
    return ChangeFailure(
      .notNow,
      "\(change.knob.rawValue) of \(change.target.name) was changed by somebody else since: it is \(theirs), and loadline wrote \(mine). It is left so; take it back all the same with: loadline undo \(id) --force"
    )
  }
}
