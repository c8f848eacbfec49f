// swift-tools-version: 6.2
import PackageDescription

// The target table is the architecture: each target imports only what its row names, always downward.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
  name: "pagewalk",
  // What the nested package of benchmarks needs.
  products: [
    "Addressing", "Traces", "TranslationCaches", "Results", "Machines", "Strategies", "Importing",
    "Replaying", "Experiments",
  ].map { .library(name: $0, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .target(name: "CSHA256"),
    library("Workers"),
    library("Addressing"),
    library(
      "Traces", ["Workers", "Addressing", "CZlib", "CDeflate", "CSHA256"],
      exclude: ["Container.md", "Codecs.md"]),
    library("TranslationCaches", ["Addressing"]),
    library("PageTables", ["Addressing"]),
    library("Results", ["Addressing"]),
    library(
      "Machines",
      ["Addressing", "TranslationCaches", "PageTables", "Results", .product(name: "Yams", package: "Yams")]),
    library("Strategies", ["Addressing", "TranslationCaches", "PageTables", "Results", "Machines"]),
    library("Importing", ["Addressing", "Traces"]),
    library("Recording", ["Addressing", "Traces", "Importing"]),
    library(
      "Replaying",
      [
        "Workers", "Addressing", "Traces", "TranslationCaches", "PageTables", "Results", "Machines",
        "Strategies",
      ]),
    library(
      "Experiments",
      [
        "Workers", "Addressing", "Machines", "Replaying", "Results", "Strategies", "TranslationCaches",
        .product(name: "Yams", package: "Yams"),
      ]),
    library("Store", ["Workers", "Results", .product(name: "GRDB", package: "GRDB.swift")]),
    library("Reporting", ["Addressing", "Results"]),
    library(
      "TranslationTesting",
      ["Addressing", "Traces", "PageTables", "Results", "Machines", "Strategies", "Replaying"]),
    .executableTarget(
      name: "pagewalk",
      dependencies: [
        "Workers", "Addressing", "Traces", "TranslationCaches", "PageTables", "Results", "Machines",
        "Strategies",
        "Importing", "Recording", "Replaying", "Experiments", "Store", "Reporting", "TranslationTesting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings,
      // Without the dynamic libraries of Foundation the tool starts in half the time, and at fixed addresses, which spare
      // it 90,000 relocations, in a millisecond less. The names are those that a static Foundation needs and modules
      // compiled for a dynamic one do not mention.
      linkerSettings: [
        .unsafeFlags(
          [
            "-static-stdlib", "-lFoundation", "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims",
            "-l_FoundationCollections", "-lstdc++", "-Xclang-linker", "-no-pie",
          ], .when(platforms: [.linux], configuration: .release))
      ]),

    tests("AddressingTests", ["Addressing"]),
    tests("WorkersTests", ["Workers"]),
    // Tests of Traces.
    tests("TracesTests", ["Traces", "Addressing", "CZlib"], exclude: ["reader.py"]),

    // Tests of TranslationCaches.
    tests("TranslationCachesTests", ["Addressing", "TranslationCaches"]),

    // Tests of PageTables.
    tests("PageTablesTests", ["Addressing", "PageTables"]),

    // Tests of Results and Reporting.
    tests("ResultsTests", ["Addressing", "Results"]),
    tests("ReportingTests", ["Results", "Reporting"], exclude: ["Goldens"]),
    tests("LayeringTests", []),

    // Tests of Experiments and Store.
    tests("ExperimentsTests", ["Experiments", "Machines", "Replaying", "Results", "Strategies", "Workers"]),
    tests("StoreTests", ["Results", "Store", "Workers"]),

    // Tests of Machines.
    tests("MachinesTests", ["Addressing", "TranslationCaches", "PageTables", "Results", "Machines"]),

    // Tests of Importing and Recording.
    tests("ImportingTests", ["Addressing", "Traces", "Importing"]),
    // Of the tool, which is a process to them and not linked.
    tests("CommandTests", []),
    tests("RecordingTests", ["Addressing", "Traces", "Importing", "Recording"]),

    // Tests of Strategies and Replaying.
    tests(
      "ReplayingTests",
      [
        "Addressing", "Traces", "TranslationCaches", "PageTables", "Results", "Machines", "Strategies",
        "Replaying", "TranslationTesting",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
