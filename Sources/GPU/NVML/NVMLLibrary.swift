import CNVML
import Glibc

/// NVIDIA's management library, opened at run time.
///
/// Only opening, counting and handles are required; drivers that are older lack some of the others,
/// and what is asked through them is not supported then. It is never closed: threads of the driver
/// may be in it.
final class NVMLLibrary {
  let initialize: ll_nvml_call
  let count: ll_nvml_count_call
  let handle: ll_nvml_handle_call

  let driverVersion: ll_nvml_text_call?
  let name: ll_nvml_device_text_call?
  let uuid: ll_nvml_device_text_call?
  let pci: ll_nvml_pci_call?

  let utilization: ll_nvml_utilization_call?
  let samples: ll_nvml_samples_call?
  let memory: ll_nvml_memory_call?
  let memoryV2: ll_nvml_memory_v2_call?
  let power: ll_nvml_unsigned_call?
  let limit: ll_nvml_unsigned_call?
  let limitRange: ll_nvml_two_unsigned_call?
  let limitDefault: ll_nvml_unsigned_call?
  let setLimit: ll_nvml_set_call?
  let energy: ll_nvml_long_call?
  let clock: ll_nvml_chosen_call?
  let clockMost: ll_nvml_chosen_call?
  let temperature: ll_nvml_chosen_call?
  let threshold: ll_nvml_chosen_call?
  let throttles: ll_nvml_long_call?
  let fields: ll_nvml_fields_call?
  let rows: ll_nvml_four_unsigned_call?
  let traffic: ll_nvml_chosen_call?

  /// Processes that compute, that draw, and that compute through a server that shares the device.
  let compute: ProcessList?
  let graphics: ProcessList?
  let sharing: ProcessList?
  let processSamples: ll_nvml_process_samples_call?

  let splitting: ll_nvml_two_unsigned_call?
  let instanceCount: ll_nvml_unsigned_call?
  let instance: ll_nvml_instance_call?
  let instanceNumber: ll_nvml_unsigned_call?

  let createEvents: ll_nvml_events_create_call?
  let freeEvents: ll_nvml_events_call?
  let registerEvents: ll_nvml_register_call?
  let waitForEvent: ll_nvml_wait_call?

  let activity: Activity?

  /// A call that lists processes, and whether its records are those of the first version: handing a
  /// newer one an array of the older kind writes past its end.
  struct ProcessList {
    let call: ll_nvml_processes_call
    let isFirstVersion: Bool
  }

  /// What the performance monitor needs: all of it, or it is not used.
  struct Activity {
    let support: ll_nvml_gpm_support_call
    let create: ll_nvml_gpm_create_call
    let free: ll_nvml_gpm_free_call
    let sample: ll_nvml_gpm_sample_call
    let instanceSample: ll_nvml_gpm_instance_call?
    let metrics: ll_nvml_gpm_metrics_call
  }

  enum Problem: Error, Equatable {
    /// There is no such library: no NVIDIA driver.
    case absent
    /// There is one that is not what its name says.
    case unusable
  }

  /// Opens the library at `path`, or by name where the dynamic loader looks.
  init(_ path: String) throws(Problem) {
    guard let library = dlopen(path, RTLD_LAZY | RTLD_LOCAL) else { throw .absent }
    let symbols = NVMLSymbols(library: library)
    guard let initialize: ll_nvml_call = symbols["nvmlInit_v2", "nvmlInit"],
      let count: ll_nvml_count_call = symbols["nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"],
      let handle: ll_nvml_handle_call = symbols[
        "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"]
    else { throw .unusable }
    self.initialize = initialize
    self.count = count
    self.handle = handle
    driverVersion = symbols["nvmlSystemGetDriverVersion"]
    name = symbols["nvmlDeviceGetName"]
    uuid = symbols["nvmlDeviceGetUUID"]
    // The older one writes less of the struct: its short text at the start.
    pci = symbols["nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2"]
    utilization = symbols["nvmlDeviceGetUtilizationRates"]
    samples = symbols["nvmlDeviceGetSamples"]
    memory = symbols["nvmlDeviceGetMemoryInfo"]
    memoryV2 = symbols["nvmlDeviceGetMemoryInfo_v2"]
    power = symbols["nvmlDeviceGetPowerUsage"]
    limit = symbols["nvmlDeviceGetPowerManagementLimit", "nvmlDeviceGetEnforcedPowerLimit"]
    limitRange = symbols["nvmlDeviceGetPowerManagementLimitConstraints"]
    limitDefault = symbols["nvmlDeviceGetPowerManagementDefaultLimit"]
    setLimit = symbols["nvmlDeviceSetPowerManagementLimit"]
    energy = symbols["nvmlDeviceGetTotalEnergyConsumption"]
    clock = symbols["nvmlDeviceGetClockInfo"]
    clockMost = symbols["nvmlDeviceGetMaxClockInfo"]
    temperature = symbols["nvmlDeviceGetTemperature"]
    threshold = symbols["nvmlDeviceGetTemperatureThreshold"]
    throttles =
      symbols[
        "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons"]
    fields = symbols["nvmlDeviceGetFieldValues"]
    rows = symbols["nvmlDeviceGetRemappedRows"]
    traffic = symbols["nvmlDeviceGetPcieThroughput"]
    compute = symbols.processes("nvmlDeviceGetComputeRunningProcesses")
    graphics = symbols.processes("nvmlDeviceGetGraphicsRunningProcesses")
    sharing = symbols.processes("nvmlDeviceGetMPSComputeRunningProcesses")
    processSamples = symbols["nvmlDeviceGetProcessUtilization"]
    splitting = symbols["nvmlDeviceGetMigMode"]
    instanceCount = symbols["nvmlDeviceGetMaxMigDeviceCount"]
    instance = symbols["nvmlDeviceGetMigDeviceHandleByIndex"]
    instanceNumber = symbols["nvmlDeviceGetGpuInstanceId"]
    createEvents = symbols["nvmlEventSetCreate"]
    freeEvents = symbols["nvmlEventSetFree"]
    registerEvents = symbols["nvmlDeviceRegisterEvents"]
    waitForEvent = symbols["nvmlEventSetWait_v2"]
    activity = Activity(symbols)
  }
}

extension NVMLLibrary.Activity {
  fileprivate init?(_ symbols: NVMLSymbols) {
    guard let support: ll_nvml_gpm_support_call = symbols["nvmlGpmQueryDeviceSupport"],
      let create: ll_nvml_gpm_create_call = symbols["nvmlGpmSampleAlloc"],
      let free: ll_nvml_gpm_free_call = symbols["nvmlGpmSampleFree"],
      let sample: ll_nvml_gpm_sample_call = symbols["nvmlGpmSampleGet"],
      let metrics: ll_nvml_gpm_metrics_call = symbols["nvmlGpmMetricsGet"]
    else { return nil }
    self.support = support
    self.create = create
    self.free = free
    self.sample = sample
    self.metrics = metrics
    instanceSample = symbols["nvmlGpmMigSampleGet"]
  }
}

/// Functions of a library by name.
private struct NVMLSymbols {
  let library: UnsafeMutableRawPointer

  /// The first of `names` that there is. The caller vouches for its form.
  subscript<Function>(names: String...) -> Function? {
    for name in names {
      if let found = dlsym(library, name) { return unsafeBitCast(found, to: Function.self) }
    }
    return nil
  }

  func processes(_ name: String) -> NVMLLibrary.ProcessList? {
    if let call: ll_nvml_processes_call = self["\(name)_v3", "\(name)_v2"] {
      return NVMLLibrary.ProcessList(call: call, isFirstVersion: false)
    }
    if let call: ll_nvml_processes_call = self[name] {
      return NVMLLibrary.ProcessList(call: call, isFirstVersion: true)
    }
    return nil
  }
}
