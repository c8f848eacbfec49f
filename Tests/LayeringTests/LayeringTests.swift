import Foundation
import Testing

/// The layers of the design hold: `Package.swift` is the table, and what the sources import agrees with it.
@Suite struct LayeringTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The order of the layers, lowest first; each may use those before it only.
  private let order = [
    "CZlib", "CDeflate", "CSHA256", "Workers", "Addressing", "Traces", "TranslationCaches", "PageTables",
    "Results",
    "Machines",
    "Strategies",
    "Importing", "Recording", "Replaying", "Experiments", "Store", "Reporting", "TranslationTesting",
    "pagewalk",
  ]

  /// What each layer may use among ours: the design's table.
  private let design: [String: Set<String>] = [
    "Workers": [],
    "Addressing": [],
    "Traces": ["Workers", "Addressing", "CZlib", "CDeflate", "CSHA256"],
    "TranslationCaches": ["Addressing"],
    "PageTables": ["Addressing"],
    "Results": ["Addressing"],
    "Machines": ["Addressing", "TranslationCaches", "PageTables", "Results"],
    "Strategies": ["Addressing", "TranslationCaches", "PageTables", "Results", "Machines"],
    "Importing": ["Addressing", "CZlib", "Traces"],
    "Recording": ["Addressing", "CZlib", "Traces", "Importing"],
    "Replaying": [
      "Workers", "Addressing", "Traces", "TranslationCaches", "PageTables", "Results", "Machines",
      "Strategies",
    ],
    "Experiments": [
      "Workers", "Addressing", "TranslationCaches", "Results", "Machines", "Strategies", "Replaying",
    ],
    "Store": ["Workers", "Results"],
    "Reporting": ["Addressing", "Results"],
    "TranslationTesting": [
      "Addressing", "Traces", "PageTables", "Results", "Machines", "Strategies", "Replaying",
    ],
  ]

  /// What the toolchain brings; a target needs no row for it.
  private let toolchain: Set<String> = [
    "Swift", "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization",
  ]

  /// The targets of `Package.swift` with what each depends on, products included.
  private func declared() throws -> [String: Set<String>] {
    let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    let row =
      #/
        library\( \s* "(\w+)" (?: , \s* \[ (.*?) \] \s* )? \)
        | executableTarget\( \s* name: \s* "(\w+)" , \s* dependencies: \s* \[ (.*?) \]
      /#
      .dotMatchesNewlines()
    var targets: [String: Set<String>] = [:]
    for match in manifest.matches(of: row) {
      let name = String(match.1 ?? match.3 ?? "")
      let list = String(match.2 ?? match.4 ?? "").replacing(/package: "[^"]*"/, with: "")
      targets[name] = Set(list.matches(of: /"(\w+)"/).map { String($0.1) })
    }
    return targets
  }

  /// The modules that the sources of a target import, with the first file that does.
  private func imports(of target: String) throws -> [String: String] {
    let folder = root.appending(path: "Sources/\(target)")
    let files =
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" } ?? []
    var modules: [String: String] = [:]
    let statement =
      #/
        ^\s* (?: @\w+ (?: \(\w+\) )? \s+ )*
        (?: (?: public | package | internal | fileprivate | private ) \s+ )?
        import \s+ (?: (?: struct | class | enum | protocol | func | var | let | typealias ) \s+ )? (\w+)
      /#
      .anchorsMatchLineEndings()
    for file in files.sorted(by: { $0.path < $1.path }) {
      let source = try String(contentsOf: file, encoding: .utf8)
      for match in source.matches(of: statement) where modules[String(match.1)] == nil {
        modules[String(match.1)] = file.lastPathComponent
      }
    }
    return modules
  }

  @Test func everyTargetIsInTheTableAndEveryFolderATarget() throws {
    let targets = try declared()
    #expect(Set(targets.keys).isSubset(of: order))
    let folders = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
    #expect(Set(folders) == Set(targets.keys).union(["CZlib", "CDeflate", "CSHA256"]))
  }

  @Test func importsAreDeclared() throws {
    for (target, dependencies) in try declared().sorted(by: { $0.key < $1.key }) {
      for (module, file) in try imports(of: target).sorted(by: { $0.key < $1.key }) {
        #expect(
          dependencies.contains(module) || toolchain.contains(module),
          "\(target)/\(file) imports \(module), which its row in Package.swift does not name")
      }
    }
  }

  @Test func dependenciesGoDownTheDesignsTable() throws {
    let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    for (target, dependencies) in try declared().sorted(by: { $0.key < $1.key }) {
      let ours = dependencies.filter { rank[$0] != nil }
      for dependency in ours.sorted() {
        #expect(
          (rank[dependency] ?? 0) < (rank[target] ?? 0), "\(target) is below \(dependency), and depends on it"
        )
      }
      guard let allowed = design[target] else { continue }
      #expect(ours.isSubset(of: allowed), "\(target) depends on \(ours.subtracting(allowed).sorted())")
    }
  }

  @Test func onlyTheStoreKnowsItsDatabase() throws {
    for target in try declared().keys.sorted() where target != "Store" {
      #expect(try imports(of: target)["GRDB"] == nil, "\(target)")
    }
  }

  @Test func theParserSeesWhatIsThere() throws {
    // A parser that finds nothing would pass everything.
    let targets = try declared()
    #expect(targets.count >= 15)
    #expect(targets["Addressing"] == [])
    #expect(targets["Traces"] == ["Workers", "Addressing", "CZlib", "CDeflate", "CSHA256"])
    #expect(targets["Machines"]?.contains("Yams") == true)
    #expect(targets["Store"]?.contains("GRDB") == true)
    #expect(targets["pagewalk"]?.contains("ArgumentParser") == true)
    #expect(try imports(of: "Reporting")["Results"] != nil)
  }
}
