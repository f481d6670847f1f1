import Model

/// What of GPU reading there is.
extension Checks {
  static func gpus(_ gpus: Facts.GPUs) -> Check {
    let subject = "GPUs"
    let none = "GPUs are not shown"
    let devices = gpus.sample?.devices.filter { $0.identity.parent == nil } ?? []
    if gpus.hasModule, !gpus.hasLibrary {
      return Check(
        subject, .missing, "libnvidia-ml.so.1, a part of NVIDIA's driver, is not found", cost: none,
        remedy:
          "install the driver's libnvidia-compute package; for a container: docker run --gpus "
          + "all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility …")
    }
    if gpus.hasModule, !gpus.mayOpen {
      return Check(
        subject, .missing, "/dev/nvidiactl may not be opened", cost: none,
        remedy:
          "sudo usermod -aG \"$(stat -c %G /dev/nvidiactl)\" \"$USER\", or run loadline as root")
    }
    guard let sample = gpus.sample else {
      return Check(
        subject, .missing, "the driver does not answer",
        cost: "they are shown once it does; nothing else waits for it",
        remedy: "sudo dmesg | grep -i -e nvrm -e amdgpu -e xid")
    }
    if let problem = sample.problem, devices.isEmpty {
      return Check(
        subject, .missing, problem.string, cost: none,
        remedy: "nvidia-smi says the same; after an update of the driver, reboot")
    }
    if devices.isEmpty {
      guard !gpus.vendors.isEmpty, !gpus.hasModule else { return Check(subject, .ok, "none") }
      let makers = gpus.vendors.map(\.rawValue).sorted().joined(separator: ", ")
      return Check(
        subject, .limited, "a graphics controller (\(makers)) without a driver that tells",
        cost: none,
        remedy: "install its driver: nvidia, amdgpu, xe or i915")
    }
    return answering(devices, sample)
  }

  private static func answering(_ devices: [GPUReading], _ sample: GPUSample) -> Check {
    var counts: [(name: String, count: Int)] = []
    for device in devices {
      let name = device.identity.name.string
      if let known = counts.firstIndex(where: { $0.name == name }) {
        counts[known].count += 1
      } else {
        counts.append((name, 1))
      }
    }
    let driver = sample.driver.map { " (\($0))" } ?? ""
    let found = counts.map { "\($0.count) × \($0.name)" }.joined(separator: ", ") + driver
    let quiet = devices.filter { $0.condition != .answering }
    guard quiet.isEmpty else {
      let numbers = quiet.map { "\($0.identity.index)" }.joined(separator: ", ")
      return Check(
        "GPUs", .limited, found, cost: "no values from \(numbers): silent, lost or refused",
        remedy: "nvidia-smi -q -i \(numbers.split(separator: ",").first ?? "0")")
    }
    return Check("GPUs", .ok, found)
  }

  static func gpuProcesses(_ facts: Facts) -> Check? {
    let subject = "GPU processes"
    guard let sample = facts.gpus.sample, !sample.devices.isEmpty else { return nil }
    if sample.hasForeignPids {
      return Check(
        subject, .limited, "the driver tells pids of the host to this container",
        cost: "which job holds a GPU is not known",
        remedy: "run loadline on the host, or the container with --pid=host")
    }
    if !facts.isRoot, sample.devices.contains(where: { $0.identity.vendor != .nvidia }) {
      return Check(
        subject, .limited, "only your own can be read (fdinfo)",
        cost: "AMD and Intel GPUs of others' jobs show as nobody's",
        remedy: "run loadline as root: sudo loadline")
    }
    if sample.devices.allSatisfy({ $0.processes == .unsupported }) {
      return Check(
        subject, .limited, "the driver has no list of them",
        cost: "a GPU belongs to a job only by its budget or loadline run --gpus")
    }
    return Check(subject, .ok, "which job holds a GPU is known")
  }

  static func gpuUnits(_ gpus: Facts.GPUs) -> Check? {
    let subject = "GPU units"
    let devices = gpus.sample?.devices ?? []
    guard !devices.isEmpty else { return nil }
    if devices.contains(where: { $0.activity != .unsupported }) {
      return Check(subject, .ok, "SM, tensor and memory activity")
    }
    return Check(
      subject, .limited, "no activity of the units: before Hopper, or not offered",
      cost: "busy says that a kernel ran, not how much of the GPU it used")
  }
}
