import CLinux
import Glibc
import Model
import Testing

@testable import Control

/// A value that was written and is not in force: the sentence says where, what was written and what
/// was read.
@Suite struct VerificationTests {
  private func sentence(_ step: Step, on places: any PlaceAccess) -> String? {
    Verification(places: places, patience: Patience(settle: 0.01)).failure(of: step)?.sentence
  }

  @Test func ofAFileWithItsPath() {
    let step = Step(place: FakePlaces.place("cpu.max"), before: "1", after: "2")
    #expect(
      sentence(step, on: FakePlaces(["cpu.max": "77"]))
        == "\"2\" was written to /fake/cpu.max, and it says \"77\".")
  }

  @Test func ofAFileWhoseEffectAnotherFileTells() {
    let step = Step(
      place: FakePlaces.place("cpuset.cpus"), before: "", after: "0-1",
      expected: .effective(file: "cpuset.cpus.effective", value: "0-1"))
    #expect(
      sentence(step, on: FakePlaces(["cpuset.cpus.effective": "3\n"]))
        == "\"0-1\" was written to /fake/cpuset.cpus, and it says \"3\" in cpuset.cpus.effective.")
    #expect(
      sentence(step, on: FakePlaces([:]))
        == "\"0-1\" was written to /fake/cpuset.cpus, and it says nothing in cpuset.cpus.effective."
    )
  }

  @Test func ofAFileThatCannotBeReadBack() {
    let step = Step(place: FakePlaces.place("cpu.max"), before: "1", after: "2")
    #expect(
      sentence(step, on: FakePlaces([:]))
        == "\"2\" was written to /fake/cpu.max, which cannot be read back: cpu.max is gone.")
  }

  @Test func ofAPropertyWithItsUnit() throws {
    let box = FakeSystemd()
    let change = Change(target: box.target, from: nil, to: .cpus(CPUSet([0])))
    let step = try #require(try box.enforcer().steps(for: change).first)
    box.onChange(box.showing(["AllowedCPUs": "0"]))
    try box.places.write(step.after, to: step.place)
    #expect(
      sentence(step, on: box.places)
        == "\"0\" was written to AllowedCPUs of train.service, and it says \"0-3\".")
    let place = Place.property(unit: "a.scope", name: "TasksMax", user: 1000)
    #expect("\(place)" == "TasksMax of a.scope of user 1000's manager")
  }

  @Test(.enabled(if: PythonTree.isPossible)) func ofThreadsWithTheirNumbers() throws {
    let tree = try #require(
      PythonTree(
        """
        def work(): time.sleep(60)
        threading.Thread(target=work).start()
        print("ready", flush=True)
        """))
    let thread = try #require(tree.threads.max())
    #expect(thread != tree.identity.pid)
    try ThreadAttribute.nice.set("3", ofThread: thread)
    let step = Step(
      place: .threads(of: [tree.identity], attribute: .nice), before: "0", after: "0")
    let said = sentence(step, on: ThreadPlaces(proc: "/proc")) ?? ""
    let start = "\"0\" was written to the nice of the threads of process \(tree.identity.pid), "
    #expect(said.hasPrefix(start))
    #expect(
      said.hasSuffix(": thread \(thread) of process \(tree.identity.pid) has 3."), "\(said)"
    )
  }
}
