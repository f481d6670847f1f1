import Model
import Testing

@testable import Control

@Suite struct ProcessThreadValuesTests {
  private func thread(_ tid: Int32) -> ProcessIdentity { ProcessIdentity(pid: tid, start: 9000) }

  @Test func threadsThatAreAlikeAreOneValue() {
    let values = ProcessThreadValues([thread(1): "0-3", thread(2): "0-3"])
    #expect(values?.text == "0-3")
  }

  @Test func theOthersAreNamedWithTheirStart() {
    let values = ProcessThreadValues([
      thread(3): "2", thread(1): "0-3", thread(2): "0-3", thread(4): "0-1,3",
    ])
    #expect(values?.text == "0-3 3-9000=2 4-9000=0-1,3")
  }

  @Test(arguments: ["0-3", "-5 12-9=-20", "best-effort:4 12-9=idle", "0-1 1-2=0 3-4=1"])
  func theTextComesBackAsItWas(text: String) {
    #expect(ProcessThreadValues(text: text)?.text == text)
  }

  @Test func aLaterThreadGetsWhatMostHave() throws {
    let values = try #require(ProcessThreadValues(text: "0-3 12-9000=0"))
    #expect(values.value(of: thread(12)) == "0")
    // The same number, another thread.
    #expect(values.value(of: ProcessIdentity(pid: 12, start: 9001)) == "0-3")
    #expect(values.value(of: thread(13)) == "0-3")
  }

  @Test(arguments: ["", "0-3 12=0", "0-3 x-1=0", "0-3 12-9", "0-3 "])
  func anythingElseIsRefused(text: String) {
    #expect(ProcessThreadValues(text: text) == nil)
  }

  @Test func noThreadsHaveNoValue() { #expect(ProcessThreadValues([:]) == nil) }
}

@Suite struct IOPriorityTextTests {
  @Test(arguments: [
    (IOPriority.none, "none", 0), (.realTime(0), "real-time:0", 0x2000),
    (.bestEffort(4), "best-effort:4", 0x4004), (.idle, "idle", 0x6000),
  ])
  func isOneWordAndTheKernelsNumber(priority: IOPriority, text: String, number: Int32) {
    #expect(priority.text == text)
    #expect(IOPriority(text: text) == priority)
    #expect(priority.kernel == number)
    #expect(IOPriority(kernel: number) == priority)
  }

  @Test(arguments: ["", "best-effort", "best-effort:8", "idle:1", "none:0", "fast"])
  func anythingElseIsRefused(text: String) { #expect(IOPriority(text: text) == nil) }
}
