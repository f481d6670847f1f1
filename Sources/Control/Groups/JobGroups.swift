import CLinux
import Glibc
import Model

/// The cgroups of one job, one a hierarchy, from making to removing.
///
/// The first place decides: whoever makes the directory there has the name, and whoever joins it
/// first keeps it. Sweeps and reapers remove in the same order and stop at a group that is in use,
/// so two starts with one name end with exactly one job, without a lock.
struct JobGroups: Sendable {
  let name: RunName
  /// The needed places, in the order of joining.
  let places: [CgroupPlace]
  /// Settings left out because the kernel has no such file.
  private(set) var skipped: [Setting] = []

  var directories: [String] { places.map { $0.directory(of: name) } }

  init(name: RunName, places: [CgroupPlace]) {
    self.name = name
    self.places = places
  }

  /// Makes the groups and sets and verifies every limit; on failure nothing of it is left.
  mutating func make(with settings: [Setting]) throws(GroupFailure) {
    let needed = Set(settings.map(\.controller))
    var count = 0
    do throws(GroupFailure) {
      for place in places {
        try ParentGroups.make(in: place, needed: needed)
        let directory = place.directory(of: name)
        guard try ParentGroups.makeDirectory(directory) else { throw GroupFailure.taken }
        count += 1
        if place.interface == .v1, place.controllers.contains("cpuset") {
          try ParentGroups.copyCPUSet(from: place.jobs, to: directory, onlyWhereEmpty: true)
        }
      }
      for setting in settings { try write(setting) }
      for setting in settings where !skipped.contains(setting) { try verify(setting) }
    } catch {
      remove(places[..<count])
      throw error
    }
  }

  /// Keeps the record on every directory; false where the kernel keeps no attributes.
  func keep(_ record: [UInt8]) -> Bool {
    directories.allSatisfy { Attributes.set(RunRecord.attribute, of: $0, to: record) }
  }

  /// Whether none of the directories was swept away.
  var areThere: Bool { directories.allSatisfy(Files.exists) }

  /// Moves the calling process into every group.
  func join() throws(GroupFailure) {
    for directory in directories {
      do { try Files.write("0", to: directory + "/cgroup.procs") } catch {
        throw GroupFailure(error, "move into \(directory)")
      }
    }
  }

  /// Moves the calling process back to where it was, as far as it may.
  func leave() {
    for place in places {
      if let origin = place.origin { try? Files.write("0", to: origin + "/cgroup.procs") }
    }
  }

  /// Removes the groups, what the job made below them, and parents that nothing else needs.
  func remove() { remove(places[...]) }

  private func remove(_ made: ArraySlice<CgroupPlace>) {
    for place in made {
      var path = PathBuffer(place.directory(of: name))
      defer { path.deallocate() }
      guard GroupTree.remove(&path) == 0 else { break }
    }
    for place in places { ParentGroups.remove(in: place) }
  }

  private func directory(for setting: Setting) -> String? {
    places.first { $0.controllers.contains(setting.controller) }?.directory(of: name)
  }

  private mutating func write(_ setting: Setting) throws(GroupFailure) {
    guard let directory = directory(for: setting) else { return }
    let file = "\(directory)/\(setting.file)"
    do { try Files.write(setting.value, to: file) } catch {
      if setting.mayBeMissing, error.code == ENOENT, Files.exists(directory) {
        skipped.append(setting)
      } else {
        throw GroupFailure(error, "set \(setting.kind.option) in \(file)")
      }
    }
  }

  private func verify(_ setting: Setting) throws(GroupFailure) {
    guard let directory = directory(for: setting) else { return }
    let file = "\(directory)/\(setting.checkedFile)"
    guard let content = Files.text(file) else { throw .vanished }
    guard setting.holds(in: content) else {
      throw .refused(
        "\(setting.kind.option) did not take: \(setting.value) was written and \(file) reads otherwise."
      )
    }
  }
}
