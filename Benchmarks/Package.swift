// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

func pagewalk(_ products: String...) -> [Target.Dependency] {
  products.map { .product(name: $0, package: "pagewalk") }
}

let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "pagewalk", path: ".."),
    // Without traits: they are for counts of allocations, which nothing here looks at.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Counts",
      dependencies: pagewalk(
        "Addressing", "Traces", "TranslationCaches", "Results", "Machines", "Strategies", "Importing",
        "Replaying", "Experiments") + ["OtherModule", .product(name: "Benchmark", package: "benchmark")],
      path: "Counts", swiftSettings: settings,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),

    // One loop over TLBs, compiled twice: with the sources of the TLBs in one module, and as what uses their module. Not
    // in folders of their own at the top, where the package takes every executable for a set of benchmarks.
    .target(
      name: "OwnModule", dependencies: pagewalk("Addressing"), path: "ModuleBorders/OwnModule",
      swiftSettings: settings + [.define("OWN_MODULE")]),
    .target(
      name: "OtherModule", dependencies: pagewalk("Addressing", "TranslationCaches"),
      path: "ModuleBorders/OtherModule", swiftSettings: settings),
    .executableTarget(
      name: "module-borders", dependencies: ["OwnModule", "OtherModule"] + pagewalk("Addressing", "Traces"),
      path: "ModuleBorders/Comparison", swiftSettings: settings),

    .executableTarget(
      name: "replay-parts",
      dependencies: ["OtherModule"]
        + pagewalk("Addressing", "Traces", "TranslationCaches", "Machines", "Strategies", "Replaying"),
      path: "Parts/ReplayParts", swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
