import Model
package import Planner

extension DashboardState {
  /// The open draft held against the newest moment; nil where none is open.
  package var assessment: Assessment? {
    guard let draft, let live else { return nil }
    return DraftCheck.assess(draft.draft, on: live, controls: controls)
  }

  /// The job that commands are about: the opened one, else the selected one.
  var chosenJob: JobMoment? { job(opened?.id ?? jobs.selected) }

  func job(_ id: JobID?) -> JobMoment? { live?.jobs.first { $0.id == id } }

  /// What a knob is set to in the draft, else what it is.
  func value(_ knob: Knob, of job: JobMoment) -> KnobValue? {
    draft?.draft[job.id, knob] ?? job.present(knob, controls[job.id])
  }

  /// Changes the open draft; one that holds nothing any more is closed.
  mutating func change(_ body: (inout Draft) -> Void) {
    guard var draft else { return }
    body(&draft.draft)
    self.draft = draft
    if mode == .browsing, draft.draft.isEmpty { self.draft = nil }
  }

  mutating func set(_ value: KnobValue, of job: JobMoment) {
    let from = job.present(value.knob, controls[job.id])
    draft?.draft.set(value, of: Target(job.job), from: from)
  }

  /// Opens a draft, if there is none, and pins what it is about: the jobs as they are now.
  mutating func openDraft() -> [Effect] {
    if held != nil { toggleHold() }
    let jobs = live?.jobs ?? []
    let isNew = draft == nil
    if isNew { draft = DraftState(touched: now) }
    let asked =
      isNew ? jobs : jobs.filter { controls[$0.id] == nil && !inspecting.contains($0.id) }
    inspecting.formUnion(asked.map(\.id))
    return asked.isEmpty ? [] : [.control(.inspect(asked.map { Target($0.job) }))]
  }

  mutating func dropDraft() {
    guard draft != nil else { return }
    draft = nil
    say("draft dropped")
  }

  /// Whether a new draft may be begun; says why not.
  mutating func mayDraft() -> Bool {
    guard preview?.stage == .running else { return true }
    explain("Changes are still being written: p shows them.")
    return false
  }

  mutating func edit(_ knob: Knob?) -> [Effect] {
    guard mayDraft(), let job = chosenJob else { return [] }
    var effects: [Effect] = []
    if opened != nil { effects += show(view: .jobs) }
    if view != .memory || knob.map({ $0 != .memory }) ?? false { effects += show(view: .jobs) }
    select(job.id)
    effects += openDraft()
    beginEditing(knob ?? (view == .memory ? .memory : .cores), of: job)
    if knob == nil, case .editing(var editor) = mode {
      editor.isUnchosen = true
      mode = .editing(editor)
      settleEditor()
    }
    return effects
  }

  /// Brings an editor that was opened at no knob in particular to the first that can be set: as soon as
  /// that is known, and until somebody touches it.
  mutating func settleEditor() {
    guard case .editing(var editor) = mode, editor.isUnchosen,
      let knobs = controls[editor.job]?.knobs
    else { return }
    func isSettable(_ knob: Knob) -> Bool {
      if case .settable = knobs[knob] { true } else { false }
    }
    guard !isSettable(editor.knob),
      let first = editedKnobs(of: editor.job).first(where: isSettable)
    else { return }
    editor.knob = first
    editor.before = draft?.draft[editor.job, first]
    mode = .editing(editor)
  }

  /// A job without a cgroup of its own has other knobs for the same ends.
  mutating func beginEditing(_ knob: Knob, of job: JobMoment) {
    var knob = knob
    if let knobs = controls[job.id]?.knobs, knobs[knob] == nil {
      if knob == .weight, knobs[.nice] != nil { knob = .nice }
      if knob == .read, knobs[.ioPriority] != nil { knob = .ioPriority }
    }
    mode = .editing(Editor(job: job.id, knob: knob, before: draft?.draft[job.id, knob]))
  }

  /// The knobs that Tab goes through.
  func editedKnobs(of id: JobID) -> [Knob] {
    guard let knobs = controls[id]?.knobs else { return [.cores, .memory, .weight, .read, .write] }
    return Knob.edited.filter { knobs[$0] != nil }
  }

  mutating func applyInEditor(_ action: Action, _ editor: Editor) -> [Effect]? {
    guard let job = job(editor.job), let live else {
      mode = .browsing
      return []
    }
    var editor = editor
    switch action {
    case .step(let steps):
      editor.isUnchosen = false
      editor.text = nil
      editor.problem = nil
      let next = draft?.draft.next(
        editor.knob, steps > 0 ? .more : .less, of: job, on: live, control: controls[job.id])
      if let next {
        set(next, of: job)
      } else {
        say("no step further")
      }
      mode = .editing(editor)
    case .type, .eraseCharacter, .eraseWord, .eraseAll:
      typeValue(action, &editor, of: job)
      mode = .editing(editor)
    case .accept:
      if editor.problem == nil { endEditing() }
    case .dismiss:
      restore(editor, of: job)
      endEditing()
    case .nextKnob(let step):
      if editor.problem != nil { restore(editor, of: job) }
      let knobs = editedKnobs(of: job.id)
      guard !knobs.isEmpty else { return [] }
      let index = knobs.firstIndex(of: editor.knob) ?? -step
      beginEditing(knobs[wrapped(index + step, count: knobs.count)], of: job)
    case .move(let rows):
      if editor.problem != nil { restore(editor, of: job) }
      moveSelection { $0 + rows }
      if let next = self.job(jobs.selected) { beginEditing(editor.knob, of: next) }
    case .select(let id):
      endEditing()
      select(id)
    case .redraw, .suspend, .quit: return nil
    default: break
    }
    return []
  }

  private mutating func typeValue(_ action: Action, _ editor: inout Editor, of job: JobMoment) {
    var text = editor.text ?? ""
    _ = edit(&text, action)
    if text.utf8.count > 32 { return }
    editor.isUnchosen = false
    editor.text = text
    editor.problem = nil
    guard !text.isEmpty else {
      restore(editor, of: job)
      return
    }
    do {
      set(try KnobValue(typed: text, for: editor.knob), of: job)
    } catch {
      editor.problem = error.description
    }
  }

  /// The knob as it was when its editor was opened.
  private mutating func restore(_ editor: Editor, of job: JobMoment) {
    if let before = editor.before {
      set(before, of: job)
    } else {
      draft?.draft.drop(job.id, editor.knob)
    }
  }

  /// Back to the list; a draft without a change is none.
  mutating func endEditing() {
    mode = .browsing
    change { _ in }
  }

  /// Brings the draft into line with a new moment: jobs that ended leave it, and left alone for long
  /// it is dropped.
  mutating func keepDraft(with moment: Moment) {
    guard let draft else { return }
    if moment.time.seconds(since: draft.touched) > DraftState.secondsKept,
      preview?.stage != .running
    {
      self.draft = nil
      preview = nil
      mode = .browsing
      message = Message(
        text: "The draft was dropped: nobody touched it for 10 minutes.", since: moment.time,
        seconds: 3600)
      return
    }
    let living = Set(moment.jobs.map(\.id))
    let ended = draft.draft.changes.map(\.target).filter { !living.contains($0.id) }
    if case .editing(let editor) = mode, !living.contains(editor.job) { mode = .browsing }
    if case .giving(let giving) = mode,
      !living.contains(giving.giver) || !living.contains(giving.taker)
    {
      self.draft = giving.before
      mode = .browsing
    }
    guard !ended.isEmpty, preview?.stage != .running else { return }
    for target in ended { change { $0.drop(target.id) } }
    let names = Set(ended.map(\.name.string)).sorted().joined(separator: ", ")
    explain("\(names) ended, and left the draft.")
    if mode == .previewing, preview?.stage == .checking {
      preview = nil
      mode = .browsing
    }
  }

  /// What jobs were set to is known better now: changes start from there.
  mutating func rebaseDraft() {
    guard let changes = draft?.draft.changes, preview?.stage != .running else { return }
    var rebased = Draft()
    for change in changes {
      let job = job(change.target.id)
      let from = job.flatMap { $0.present(change.knob, controls[$0.id]) } ?? change.from
      rebased.set(change.to, of: change.target, from: from)
    }
    draft?.draft = rebased
  }
}
