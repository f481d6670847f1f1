import JSON
import Model

extension Step {
  func write(to json: inout JSONText) {
    switch place {
    case .file(let directory, let inode, let name):
      json.value("directory", directory)
      json.value("inode", "\(inode)")
      json.value("file", name)
    case .property(let unit, let name, let user):
      json.value("unit", unit)
      json.value("property", name)
      if let user { json.value("manager", "\(user)") }
    case .threads(let processes, let attribute):
      json.array("threads_of") { json in
        for process in processes { json.value(nil, "\(process.pid) \(process.start)") }
      }
      json.value("attribute", attribute.rawValue)
    case .device(let id, let vendor):
      json.value("device", id.text.string)
      json.value("vendor", vendor.rawValue)
    }
    json.value("before", before)
    json.value("after", after)
    switch expected {
    case .same: break
    case .effective(let file, let value):
      json.value("effective_file", file)
      json.value("effective", value)
    case .number(let tolerance): json.value("tolerance", Int(tolerance))
    }
    if mayBlock { json.value("may_block", true) }
  }

  init?(_ json: JSONValue) {
    guard let place = Place(json), let before = json["before"]?.string,
      let after = json["after"]?.string
    else { return nil }
    var expected = Expectation.same
    if let file = json["effective_file"]?.string, let value = json["effective"]?.string {
      expected = .effective(file: file, value: value)
    } else if let tolerance = json["tolerance"]?.integer(Int64.self) {
      expected = .number(tolerance: tolerance)
    }
    self.init(
      place: place, before: before, after: after, expected: expected,
      mayBlock: json["may_block"]?.bool ?? false)
  }
}

extension Place {
  fileprivate init?(_ json: JSONValue) {
    if let directory = json["directory"]?.string {
      guard let inode = json["inode"]?.string.flatMap({ UInt64($0) }),
        let name = json["file"]?.string
      else { return nil }
      self = .file(directory: directory, inode: inode, name: name)
    } else if let unit = json["unit"]?.string {
      guard let name = json["property"]?.string else { return nil }
      self = .property(
        unit: unit, name: name, user: json["manager"]?.string.flatMap { UInt32($0) })
    } else if let items = json["threads_of"]?.array {
      guard let attribute = json["attribute"]?.string.flatMap({ ThreadAttribute(rawValue: $0) })
      else { return nil }
      let processes = items.compactMap { item -> ProcessIdentity? in
        let words = (item.string ?? "").split(separator: " ")
        guard words.count == 2, let pid = Int32(words[0]), let start = UInt64(words[1]) else {
          return nil
        }
        return ProcessIdentity(pid: pid, start: start)
      }
      guard processes.count == items.count else { return nil }
      self = .threads(of: processes, attribute: attribute)
    } else if let device = json["device"]?.string {
      guard let vendor = json["vendor"]?.string.flatMap({ GPUIdentity.Vendor(rawValue: $0) }) else {
        return nil
      }
      self = .device(GPUID(SafeText(device)), vendor: vendor)
    } else {
      return nil
    }
  }
}
