import Addressing
import ArgumentParser
import Foundation
import Reporting

/// `pagewalk info`: what traces hold and where they come from.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Tells what traces hold: counts, footprint, size, provenance.",
    discussion: "A trace that cannot be read is named, and the others are told of.")

  @Argument(help: "The traces, or - for standard input.") var traces: [String]

  @Flag(help: "Write an array of JSON objects.") var json = false

  func run() throws {
    var inventories: [TraceInventory] = []
    let outcome = Result {
      try CommandFailure.reporting(each: traces) { trace in
        let inventory = try TraceInventory(reading: trace)
        if json {
          inventories.append(inventory)
        } else {
          try OutputFile.write(inventory.text + "\n", to: "-")
        }
      }
    }
    if json {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try OutputFile.write(String(decoding: try encoder.encode(inventories), as: UTF8.self) + "\n", to: "-")
    }
    try outcome.get()
  }
}

extension TraceInventory {
  /// The form for people: a line for each thing that there is to say.
  fileprivate var text: String {
    var lines = [file]
    func add(_ label: String, _ value: String) {
      if !value.isEmpty {
        lines.append("  " + label.padding(toLength: 14, withPad: " ", startingAt: 0) + value)
      }
    }
    let kinds = [(key: "fetch", value: fetches), ("load", loads), ("store", stores), ("modify", modifies)]
    add("records", "\(records.grouped)\(list(kinds))")
    add("events", "\(events.grouped)\(list(eventsByKind.sorted { ($1.value, $0.key) < ($0.value, $1.key) }))")
    add(
      "footprint",
      "\(mebibytes(footprintBytes)): \(pages.grouped("page")) of 4 KiB"
        + " (\(instructionPages.grouped) of instructions, \(dataPages.grouped) of data)")
    add("size", "\(mebibytes(bytes))\(perRecord(bytesPerRecord, "bytes"))")
    add("page runs", "\(pageRuns.grouped)\(perRecord(runsPerRecord, "runs"))")
    add("owners", few(accessesByOwner) { "\($0.accesses.grouped) of \($0.owner.words)" })
    add("phases", few(phases, String.init))
    if let guest {
      let levels = guest.tableStoresByLevel.enumerated().map { (key: "at level \($0 + 1)", value: $1) }
      add(
        "guest",
        "\(guest.vcpus.grouped("vCPU")), \(guest.rootLoads.grouped("CR3 load")), "
          + "\(guest.invalidations.grouped("invalidation")), \(guest.pageFaults.grouped("page fault"))")
      add("table stores", "\(guest.tableStoresByLevel.reduce(0, +).grouped)\(list(levels))")
    }
    for (number, segment) in segments.enumerated() {
      if segments.count > 1 { lines.append("  segment \(number): \(segment.records.grouped("record"))") }
      add("recorder", segment.recorder)
      add("command", segment.command)
      add("note", segment.note)
      add("source", segment.sourceDigest ?? "")
      if segment.skippedRecords > 0 {
        add("skipped", "\(segment.skippedRecords.grouped("record")) at the start")
      }
      add("left out", segment.leftOut ?? "")
      add("addresses", "\(segment.addresses), \(segment.scope)")
      add(
        "container",
        "version \(segment.version), \(segment.blocks.grouped("block")), "
          + segment.checkpoints.grouped("checkpoint"))
      add("digest", segment.digest)
    }
    return lines.joined(separator: "\n")
  }

  private func list(_ counts: [(key: String, value: UInt64)]) -> String {
    let present = counts.filter { $0.value > 0 }
    return present.isEmpty
      ? "" : ": " + present.map { "\($0.value.grouped) \($0.key)" }.joined(separator: ", ")
  }

  /// How many there are, and the first of them.
  private func few<Item>(_ items: [Item], _ text: (Item) -> String) -> String {
    let shown = items.prefix(10)
    let rest = items.count - shown.count
    return shown.isEmpty
      ? ""
      : "\(items.count.grouped): \(shown.map(text).joined(separator: ", "))"
        + (rest > 0 ? " and \(rest.grouped) more" : "")
  }

  private func mebibytes(_ bytes: UInt64) -> String { String(format: "%.2f MiB", Double(bytes) / 1048576) }

  private func perRecord(_ value: Double?, _ unit: String) -> String {
    value.map { String(format: ", %.3f %@ a record", $0, unit) } ?? ""
  }
}

extension Owner {
  /// Its parts as options of `pagewalk cut` and the text form name them.
  fileprivate var words: String {
    let parts = [("vm", vm), ("vcpu", vcpu), ("process", addressSpace), ("thread", thread)]
    let known = parts.compactMap { name, number in number.map { "\(name) \($0)" } }
    return known.isEmpty ? "unknown" : known.joined(separator: " ")
  }
}

extension BinaryInteger {
  /// The number with what it counts, its digits in groups of three.
  fileprivate func grouped(_ one: String) -> String { counting(one, digits: grouped) }

  /// The digits in groups of three.
  fileprivate var grouped: String { HumanNumber.grouped(String(self)) }
}
