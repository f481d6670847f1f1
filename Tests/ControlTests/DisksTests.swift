import Glibc
import Testing

@testable import Control

@Suite struct DisksTests {
  /// sda with a partition, vdb, and a striped dm-0 over sda1 and vdb.
  private func system() -> TemporaryTree {
    let tree = TemporaryTree()
    let disks = [("sda", "8:0"), ("vdb", "254:16"), ("dm-0", "253:0")]
    for (name, number) in disks {
      tree.write("DEVNAME=\(name)\n", to: "devices/\(name)/uevent")
      tree.write("\(number)\n", to: "devices/\(name)/dev")
      tree.link("dev/block/\(number)", to: "../../devices/\(name)")
    }
    tree.write("8:1\n", to: "devices/sda/sda1/dev")
    tree.write("1\n", to: "devices/sda/sda1/partition")
    tree.link("dev/block/8:1", to: "../../devices/sda/sda1")
    tree.link("devices/dm-0/slaves/sda1", to: "../../sda/sda1")
    tree.link("devices/dm-0/slaves/vdb", to: "../../vdb")
    return tree
  }

  private func below(_ major: UInt32, _ minor: UInt32) throws -> Disks.Found {
    let tree = system()
    return try Disks(sys: tree.path, proc: "/proc").disks(
      below: DiskNumber(major: major, minor: minor))
  }

  @Test func aDiskIsItself() throws {
    let found = try below(254, 16)
    #expect(found == Disks.Found(numbers: [DiskNumber(major: 254, minor: 16)], note: nil))
  }

  @Test func aPartitionIsLimitedAsItsDisk() throws {
    let found = try below(8, 1)
    #expect(found == Disks.Found(numbers: [DiskNumber(major: 8, minor: 0)], note: nil))
  }

  @Test func aMappedDeviceIsLimitedAsEveryDiskBelowItAndSaidSo() throws {
    let found = try below(253, 0)
    #expect(found.numbers == [DiskNumber(major: 8, minor: 0), DiskNumber(major: 254, minor: 16)])
    #expect(found.note == "IO limits apply to each of sda, vdb, which dm-0 is made of.")
  }

  @Test func aDeviceThatIsNotThereIsRefused() {
    #expect(throws: LaunchError.self) { try below(9, 9) }
  }

  @Test(arguments: [
    ("/dev/null", "is not a block device"), ("/nonexistent/disk", "No such file or directory"),
  ])
  func onlyBlockDevicesCanBeNamed(path: String, reason: String) {
    let disks = Disks(sys: "/sys", proc: "/proc")
    do throws(LaunchError) {
      _ = try disks.named([path])
      Issue.record("accepted")
    } catch {
      #expect(error.sentence.contains(reason))
    }
  }

  /// `mountinfo` and `fdinfo` made up: the descriptor that is opened next has a mount of this kind.
  private func under(type: String, number: String, source: String) throws(LaunchError)
    -> Disks.Found
  {
    let sys = system()
    let proc = TemporaryTree()
    proc.write(
      "7 1 0:9 / /elsewhere rw - tmpfs tmpfs rw\n42 1 \(number) / / rw shared:1 - \(type) \(source) rw\n",
      to: "self/mountinfo")
    for descriptor in 0..<256 {
      proc.write("pos:\t0\nflags:\t0\nmnt_id:\t42\n", to: "self/fdinfo/\(descriptor)")
    }
    return try Disks(sys: sys.path, proc: proc.path).under(directory: "/")
  }

  @Test func theDiskUnderADirectoryIsFoundByItsMount() throws {
    let found = try under(type: "ext4", number: "8:1", source: "/dev/sda1")
    #expect(found.numbers == [DiskNumber(major: 8, minor: 0)])
  }

  @Test(arguments: ["tmpfs", "nfs4", "overlay", "zfs", "fuse.sshfs", "9p"])
  func aFileSystemWithoutADiskIsRefusedWithItsName(type: String) {
    do throws(LaunchError) {
      _ = try under(type: type, number: "0:57", source: "server:/export")
      Issue.record("accepted")
    } catch {
      #expect(
        error.sentence
          == "the working directory is on \(type), which has no disk of its own to limit; name one with --io-device."
      )
    }
  }
}
