import Model
import Testing

@testable import Control

@Suite struct AdoptionUndoTests {
  private static let undo = AdoptionUndo(
    name: RunName(command: "train"),
    groups: [
      .init(directory: "/sys/fs/cgroup/cpu/loadline/train", inode: 7, origin: "/sys/fs/cgroup/cpu"),
      .init(directory: "/sys/fs/cgroup/a b", inode: 8, origin: nil),
    ])

  @Test func comesBackFromItsText() {
    var undo = Self.undo
    #expect(AdoptionUndo(text: undo.text) == undo)
    undo.unit = "loadline-train.scope"
    undo.user = 1000
    #expect(AdoptionUndo(text: undo.text) == undo)
    undo.others = [
      ProcessIdentity(pid: 7, start: .max): ["/sys/fs/cgroup/cpu/a b", nil],
      ProcessIdentity(pid: 8, start: 1): [nil, nil],
    ]
    #expect(AdoptionUndo(text: undo.text) == undo)
  }

  @Test(arguments: [
    "", "adopted", "adopted ../x - -", "adopted train - -\n7", "adopted train - -\n7 99 /sys",
    "adopted train - -\n7 -1 /sys /x",
    "adopted train - -\n7 2 /a /b\nfrom 1 1 1 /c", "adopted train - -\n7 2 /a /b\nfrom 1",
  ])
  func anythingElseIsRefused(text: String) { #expect(AdoptionUndo(text: text) == nil) }
}
