// swift-tools-version: 6.2
import PackageDescription

// `LOADLINE_STRICT=1` makes every warning an error: CI sets it, people building from source need not.
let strict: [SwiftSetting] =
  Context.environment["LOADLINE_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

let common: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + strict

/// Code that owns the terminal or the command line runs on the main thread and nowhere else.
let mainThread = common + [.defaultIsolation(MainActor.self)]

let package = Package(
  name: "loadline",
  products: [.executable(name: "loadline", targets: ["loadline"])],
  dependencies: [
    .package(
      url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CNVML"),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .target(name: "Model", swiftSettings: common),
    .target(name: "Host", dependencies: ["Model", "CLinux"], swiftSettings: common),
    .target(
      name: "Sampler", dependencies: ["Model", "Host", "CLinux"],
      swiftSettings: common + [.enableExperimentalFeature("Lifetimes")]),
    .target(
      name: "GPU", dependencies: ["Model", "Host", "CLinux", "CNVML"], swiftSettings: common),
    .target(
      name: "Monitor", dependencies: ["Model", "Host", "Sampler", "GPU", "Diagnosis", "CLinux"],
      swiftSettings: common),
    .target(
      name: "Progress", dependencies: ["Model", "Host", "JSON", "CLinux"], swiftSettings: common),
    .target(name: "Doctor", dependencies: ["Model", "CLinux"], swiftSettings: common),
    .target(name: "JSON", swiftSettings: common),
    .target(name: "Snapshot", dependencies: ["Model", "JSON"], swiftSettings: common),
    .target(name: "Diagnosis", dependencies: ["Model"], swiftSettings: common),
    .target(name: "Planner", dependencies: ["Model"], swiftSettings: common),
    .target(name: "Drawing", swiftSettings: common),
    .target(
      name: "Configuration", dependencies: ["Model", "Drawing", "TOMLKit"],
      // Themes is a link to themes/: compiled in, so that the binary needs no other file.
      resources: [.embedInCode("Themes")], swiftSettings: common),
    .target(
      name: "Dashboard", dependencies: ["Model", "Drawing", "Planner"], swiftSettings: common),
    .target(
      name: "Terminal", dependencies: ["Drawing", "CNcurses", "CLinux"], swiftSettings: mainThread),
    .target(
      name: "Control", dependencies: ["Model", "Host", "JSON", "GPU", "CLinux"],
      swiftSettings: common),
    .executableTarget(
      name: "loadline",
      dependencies: [
        "Model", "Host", "Sampler", "GPU", "Monitor", "Configuration", "Drawing", "Dashboard",
        "Terminal",
        "Control", "Planner", "Snapshot", "Diagnosis", "JSON", "Doctor", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: mainThread),
    .executableTarget(
      name: "SamplerBenchmark", dependencies: ["Model", "Host", "Sampler", "CLinux"],
      path: "Benchmarks/SamplerBenchmark", swiftSettings: common),
    .executableTarget(
      name: "DiagnosisBenchmark", dependencies: ["Diagnosis", "Model"],
      path: "Benchmarks/DiagnosisBenchmark", swiftSettings: common),
    .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: common),
    .testTarget(
      name: "SamplerTests", dependencies: ["Sampler", "Host", "Model", "CLinux"],
      exclude: ["Fixtures"], swiftSettings: common),
    .testTarget(
      name: "GPUTests", dependencies: ["GPU", "Host", "Model", "CLinux"], swiftSettings: common),
    .testTarget(
      name: "MonitorTests", dependencies: ["Monitor", "GPU", "Sampler", "Model"],
      swiftSettings: common),
    .testTarget(
      name: "ProgressTests", dependencies: ["Progress", "Host", "Model"], exclude: ["Fixtures"],
      swiftSettings: common),
    .testTarget(name: "DoctorTests", dependencies: ["Doctor", "Model"], swiftSettings: common),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: common),
    .testTarget(
      name: "DiagnosisTests", dependencies: ["Diagnosis", "Model"], swiftSettings: common),
    .testTarget(name: "PlannerTests", dependencies: ["Planner", "Model"], swiftSettings: common),
    .testTarget(name: "SnapshotTests", dependencies: ["Snapshot", "Model"], swiftSettings: common),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "Model", "Drawing"],
      swiftSettings: common),
    .testTarget(name: "DrawingTests", dependencies: ["Drawing"], swiftSettings: common),
    .testTarget(
      name: "DashboardTests",
      dependencies: ["Dashboard", "Model", "Drawing", "Planner", "Configuration"],
      exclude: ["Screens"], swiftSettings: common),
    .testTarget(
      name: "ControlTests",
      dependencies: ["Control", "Host", "Model", "JSON", "GPU", "CLinux", "TerminalHarness"],
      swiftSettings: common),
    // A screen with nothing behind it, for TerminalTests to crash, stop and resize.
    .executableTarget(
      name: "TerminalProbe", dependencies: ["Terminal", "Drawing", "CLinux"],
      path: "Tests/TerminalProbe", swiftSettings: mainThread),
    // Runs programs in tmux and on ptys, for any tests that need a real terminal.
    .target(
      name: "TerminalHarness", dependencies: ["CLinux"], path: "Tests/TerminalHarness",
      swiftSettings: common),
    .testTarget(
      name: "TerminalTests",
      dependencies: ["Terminal", "Drawing", "TerminalHarness", "TerminalProbe"],
      swiftSettings: common),
    .testTarget(
      name: "LoadlineTests", dependencies: ["TerminalHarness", "loadline"],
      swiftSettings: common),
  ],
  swiftLanguageModes: [.v6]
)
