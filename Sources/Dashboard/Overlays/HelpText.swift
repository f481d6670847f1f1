import Drawing
import Model

/// One line of help.
struct HelpLine {
  enum Kind {
    case heading
    /// A key or sign with its meaning.
    case entry
    case blank
  }
  var kind: Kind
  var key = ""
  var text = ""
}

/// All of help: the keys from the table, then how the screen is read.
enum HelpText {
  /// The lines in which every typed word is found, under their headings.
  static func lines(matching search: String, in size: Size, glyphs: Glyphs) -> [HelpLine] {
    let width = boxWidth(size) - keyWidth - 6
    let words = search.lowercased().split(separator: " ")
    var lines: [HelpLine] = []
    for section in sections(glyphs) {
      let found = section.lines.filter { line in
        let text = (line.key + " " + line.text).lowercased()
        return words.allSatisfy { text.contains($0) }
      }
      guard !found.isEmpty else { continue }
      if !lines.isEmpty { lines.append(HelpLine(kind: .blank)) }
      lines.append(HelpLine(kind: .heading, text: section.title))
      for line in found {
        // What does not fit on a line goes on below it.
        for (index, part) in wrap(line.text, width: width).enumerated() {
          lines.append(HelpLine(kind: .entry, key: index == 0 ? line.key : "", text: part))
        }
      }
    }
    return lines
  }

  /// Columns of help's box, of its keys, and the rows it shows at once.
  static func boxWidth(_ size: Size) -> Int { min(size.columns, 90) }
  static let keyWidth = 13
  static func page(_ size: Size) -> Int { max(1, size.rows - 7) }

  private static func sections(_ glyphs: Glyphs) -> [(title: String, lines: [HelpLine])] {
    let keys = Command.Section.allCases.compactMap { section -> (String, [HelpLine])? in
      let commands = KeyTable.commands.filter { $0.section == section && !$0.keys.isEmpty }
      guard section != .field else { return nil }
      return (
        section.rawValue,
        commands.map { command in
          let keys = command.keys.map { $0.label(ascii: glyphs.isASCII) }
          return HelpLine(kind: .entry, key: keys.joined(separator: " "), text: command.name)
        }
      )
    }
    return keys + [
      ("Changing jobs", changing), ("The gauge", gauge(glyphs)),
      ("Marks of states", states + [sign(DriftMark.mark(glyphs), driftText)]),
      ("Findings", findings(glyphs)), ("Cores", cores(glyphs)),
      ("GPUs", gpus(glyphs)), ("Numbers", numbers(glyphs)),
      ("Words", words),
      ("Filter", filter), ("Mouse", mouse),
    ]
  }

  private static func entry(_ key: String, _ text: String) -> HelpLine {
    HelpLine(kind: .entry, key: key, text: text)
  }

  private static func sign(_ scalar: Unicode.Scalar, _ text: String) -> HelpLine {
    entry(String(Character(scalar)), text)
  }

  private static func gauge(_ glyphs: Glyphs) -> [HelpLine] {
    [
      sign(glyphs.shades[0], "used"),
      sign(glyphs.reclaimable, "page cache: held, but given back as soon as somebody needs it"),
      sign(glyphs.line, "the load line: what is granted; at the same column in every row"),
      sign(glyphs.noLine, "nothing is granted: the bar is measured against the whole box"),
      sign(glyphs.unmet, "wanted but not got: right of the line for want of a larger grant"),
      sign(glyphs.beyond, "wanted: more than the gauge can show"),
      sign(glyphs.budgetMark, "the budget, where it differs from the grant"),
      sign(glyphs.draftedLine, "the load line as the open draft would have it"),
    ]
  }

  private static let states: [HelpLine] = [
    entry("T", "throttled: its CPU quota ran out in at least 5 % of periods"),
    entry("!", "near limit: what cannot be reclaimed is at 80 % or more of its memory limit"),
    entry("R", "reclaiming: some tasks stood still for memory at least 5 % of the time"),
    entry("D", "IO stalled: all tasks stood still for IO at least 5 % of the time"),
    entry("g", "GPU idle: all GPUs that it has do nothing for ten seconds or longer"),
    entry("z", "idle: next to no CPU used and no data moved for 10 seconds"),
  ]

  private static func findings(_ glyphs: Glyphs) -> [HelpLine] {
    [
      entry(FindingLevel.red.mark(glyphs), "red: it holds the job back much, or is about to fail"),
      entry(FindingLevel.amber.mark(glyphs), "amber: it holds the job back, or is waste"),
      entry(FindingLevel.note.mark(glyphs), "a note: worth knowing, nothing to be done"),
      entry("Suggested", "the change that would answer it; nothing is changed by itself"),
      entry("wasted", "held for nothing now: 1.9 GPUs are 1.9 GPU-hours an hour"),
      entry("suspected", "it has held for its time; confirmed: for three times that"),
      entry("main", "the first cause; contributing: perhaps a consequence of it"),
      entry("2 min", "a job's first two minutes are its start: nothing is said of them"),
    ]
  }

  private static let driftText =
    "changed by others: a limit is not what loadline wrote; undo asks first"

  private static let changing: [HelpLine] = [
    entry("draft", "what you edit is only drafted; p previews it, Enter in the preview applies it"),
    entry("+ -", "more and less of what is edited, also F8 and F7; digits for an exact value"),
    entry("24GiB", "units: GiB and MB/s where none is typed; max is no limit"),
    entry("fits", "it can be made now"),
    entry("not now", "something must happen first; the words behind it say what"),
    entry("never", "it cannot be here; the words behind it say why"),
    entry("10 min", "a draft that nobody touches for so long is dropped"),
    entry("verified", "written and read back; if one change fails all are taken back"),
  ]

  private static func cores(_ glyphs: Glyphs) -> [HelpLine] {
    [
      entry("A", "the CPU is in the core set of job A; the letters stand below the map"),
      entry("&", "in the core sets of several jobs"),
      sign(glyphs.middleDot, "in no core set: every job without one may run there"),
      entry("reversed", "as the open draft would have it"),
    ]
  }

  private static func gpus(_ glyphs: Glyphs) -> [HelpLine] {
    [
      entry("2.4/4", "GPUs that are busy, as a sum of shares, of those that the job has"),
      entry("98/50", "percent of the time in which a kernel ran: now, and over the last minute"),
      sign(
        BusyStrip.idleGlyph(glyphs),
        "nothing ran, in a strip; before gaps: idle again and again within the last minute"),
      entry("idle", "no SM activity, and power near the lowest seen; the panel has the numbers"),
      entry(">42 min", "at least: it was idle already when loadline started"),
      entry("IDLE/1h", "the idle part of the last hour; IDLE h the device-hours since the start"),
      entry("held", "a process has a context on it, whether it does anything or not"),
      entry(
        "gpu:idle", "as a filter: jobs whose GPUs are idle; also gpu:any, gpu:none, gpu:shared"),
      entry("T", "slow: power, heat or the brake of the power supply hold its clocks back"),
      entry("&", "shared: several jobs or processes hold it"),
      entry("X", "lost: it has fallen off the bus; nothing but a reset brings it back"),
      entry("?", "silent or old: the values are those of before; or not readable"),
      entry("!", "an error of the driver, or memory rows that failed"),
      entry("n/a", "the device does not offer it"),
    ]
  }

  private static func numbers(_ glyphs: Glyphs) -> [HelpLine] {
    [
      entry("3.1\(glyphs.arrow)12", "used, and the limit as the open draft would have it"),
      entry("3.1/16", "used of what is granted; on the row free: idle, and unallocated"),
      entry("6.0 of 64", "used of the box, because nothing is granted"),
      entry(glyphs.unknown, "not known yet, or not readable"),
      entry("~", "an estimate"),
      entry("31 % / 16 %", "of the time some of its tasks, or all of them, stood still"),
    ]
  }

  private static let words: [HelpLine] = [
    entry("other", "everything on the box that is in no job"),
    entry("free", "what nobody uses; after the slash what is neither granted nor used"),
    entry("uncharged", "memory in use that no cgroup is charged with: the kernel's own"),
    entry("granted", "what the kernel enforces now: quota, core set, memory limits"),
    entry("budget", "what was declared for a job in the configuration or on its start"),
    entry("wanted", "what it would use if nothing held it back: running and waiting for a CPU"),
    entry("unallocated", "the box less all grants, and less what is used without a grant"),
    entry("stalled", "PSI: the share of time in which tasks stood still for want of it"),
  ]

  private static let filter: [HelpLine] = [
    entry("train", "jobs whose name matches this regular expression"),
    entry("!train", "all others"),
    entry("user:ann", "jobs of users whose name begins so"),
    entry("tag:team", "jobs with this tag; tag:team=nlp with this value"),
    entry("state:idle", "jobs in this state: throttled, near, reclaiming, io, idle"),
    entry("state:red", "jobs with such a finding: red, amber, or a rule as cpu-quota, gpu"),
    entry("a b", "both must hold"),
  ]

  private static let mouse: [HelpLine] = [
    entry("click", "selects a job, sorts by a title, does what the bottom bar says"),
    entry("double", "opens a job"),
    entry("drag", "over seats selects them"),
    entry("wheel", "scrolls"),
  ]
}
