import JSON
package import Model

/// A moment as one line of JSON, version 1. `docs/snapshot.md` describes every key.
package enum SnapshotJSON {
  package static let version = 1

  package static func line(_ moment: Moment) -> String {
    var json = JSONText()
    json.object { json in
      json.value("version", version)
      json.value("time", moment.wallClock, decimals: 3)
      json.value("interval_s", moment.interval)
      json.object("box") { box(moment, &$0) }
      json.array("jobs") { json in
        for entry in moment.jobs { json.object { job(entry, moment, &$0) } }
      }
      gpus(moment, &json)
      json.object("other") { json in
        json.value("used_cores", moment.other.used?.value)
        memory(moment.other.memory, &json)
      }
      json.object("self") { json in
        json.value("cpu_share", moment.cost.cpu?.value, decimals: 6)
        json.value("rss_bytes", bytes(moment.cost.resident))
        json.value("kernel_bytes", bytes(moment.cost.descriptors))
      }
      json.array("notices") { json in
        for notice in moment.notices { json.value(nil, notice.text) }
      }
    }
    return json.text
  }

  private static func box(_ moment: Moment, _ json: inout JSONText) {
    let box = moment.box
    json.value("host", box.hostName.string)
    json.value("container", box.isContainer)
    json.value("cores", box.cores.value)
    json.value("used_cores", box.used?.value)
    json.value("idle_cores", moment.idleCores?.value)
    json.value("unallocated_cores", moment.unallocatedCores?.value)
    json.value("stolen_cores", box.stolen?.value)
    json.value("numa_nodes", box.numaNodes)
    json.value("memory_bytes", bytes(box.memory))
    json.value("memory_used_bytes", bytes(box.memoryUsed))
    json.value("memory_reclaimable_bytes", bytes(box.memoryReclaimable))
    json.value("memory_uncharged_bytes", bytes(moment.memoryUncharged))
    json.value("unallocated_memory_bytes", bytes(moment.unallocatedMemory))
    json.value("swap_bytes", bytes(box.swap))
    json.value("swap_used_bytes", bytes(box.swapUsed))
    io(box.io, &json)
    json.object("network") { json in
      json.value("received_bytes_per_s", box.received?.perSecond, decimals: 0)
      json.value("sent_bytes_per_s", box.sent?.perSecond, decimals: 0)
    }
    pressure(box.pressure, &json)
    findings(moment.findings, moment, &json)
  }

  private static func job(_ job: JobMoment, _ moment: Moment, _ json: inout JSONText) {
    json.value("name", job.job.name.string)
    json.value("id", job.id.description)
    json.value("source", job.job.source.rawValue)
    json.value("owner", job.job.owner.string)
    json.value("cgroup", job.job.cgroup.map { SafeText($0).string })
    json.object("tags") { json in
      var written: Set<String> = []
      for (key, value) in job.job.tags.sorted(by: { $0.key < $1.key }) {
        let key = SafeText(key).string
        if written.insert(key).inserted { json.value(key, value.string) }
      }
    }
    json.value("processes", job.processes)
    json.value("threads", job.threads)
    json.object("cpu") { json in
      json.value("used_cores", job.cpu.used?.value)
      json.value("demand_cores", job.cpu.demand?.value)
      json.value("demand_is_estimate", job.cpu.demandIsEstimate)
      json.value("grant_cores", job.grant.cores.amount?.value)
      json.value("budget_cores", job.job.budget.cores?.value)
      json.value("cpus", job.grant.cpus?.description)
      json.value("weight", job.grant.weight)
      json.value("throttled_share", job.cpu.throttled?.value)
    }
    json.object("memory") { json in
      memory(job.memory, &json)
      json.value("age_s", job.memory.age, decimals: 1)
      json.value("grant_bytes", bytes(job.grant.memory.amount))
      json.value("high_bytes", bytes(job.grant.memoryHigh.amount))
      json.value("budget_bytes", bytes(job.job.budget.memory))
      json.value("peak_bytes", bytes(job.memory.peak))
      json.value("oom_kills", job.memory.oomKills.map { Int(clamping: $0) })
    }
    json.object("io") { json in
      json.value("read_bytes_per_s", job.io.read?.perSecond, decimals: 0)
      json.value("write_bytes_per_s", job.io.written?.perSecond, decimals: 0)
      json.value("grant_read_bytes_per_s", job.grant.read.amount?.perSecond, decimals: 0)
      json.value("grant_write_bytes_per_s", job.grant.write.amount?.perSecond, decimals: 0)
      json.value("budget_read_bytes_per_s", job.job.budget.read?.perSecond, decimals: 0)
      json.value("budget_write_bytes_per_s", job.job.budget.write?.perSecond, decimals: 0)
    }
    pressure(job.pressure, &json)
    gpu(job, moment, &json)
    json.array("state") { json in
      for state in job.states { json.value(nil, state.rawValue) }
    }
    findings(job.findings, moment, &json)
    notEvaluated(job.notEvaluated, &json)
  }

  private static func memory(_ memory: MemoryMoment, _ json: inout JSONText) {
    json.value("used_bytes", bytes(memory.used))
    json.value("is_estimate", memory.isEstimate)
    json.value("charged_bytes", bytes(memory.charged))
    json.value("anon_bytes", bytes(memory.anonymous))
    json.value("shmem_bytes", bytes(memory.shared))
    json.value("file_bytes", bytes(memory.file))
    json.value("kernel_bytes", bytes(memory.kernel))
  }

  private static func io(_ io: IOMoment, _ json: inout JSONText) {
    json.object("io") { json in
      json.value("read_bytes_per_s", io.read?.perSecond, decimals: 0)
      json.value("write_bytes_per_s", io.written?.perSecond, decimals: 0)
    }
  }

  private static func pressure(_ pressure: PressureMoment, _ json: inout JSONText) {
    json.object("pressure") { json in
      json.value("cpu_some", pressure.cpuSome?.value)
      json.value("cpu_full", pressure.cpuFull?.value)
      json.value("memory_some", pressure.memorySome?.value)
      json.value("memory_full", pressure.memoryFull?.value)
      json.value("io_some", pressure.ioSome?.value)
      json.value("io_full", pressure.ioFull?.value)
    }
  }

  static func bytes(_ bytes: Bytes?) -> Int? { bytes.map { Int($0.count) } }
}
