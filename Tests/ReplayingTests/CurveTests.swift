import Addressing
import Foundation
import Machines
import Replaying
import Results
import Strategies
import Testing
import Traces

/// A curve says of every size what a replay on a machine of that size counts.
@Suite struct CurveTests {
  private static let traces = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "traces")

  /// A part of a bundled trace, after some warm-up.
  private static var window: ReplayOptions {
    var options = ReplayOptions()
    options.skip = 1_000_000
    options.limit = 400_000
    options.warmup = .accesses(100_000)
    options.ignoresEvents = true
    return options
  }

  private static func input(_ name: String) throws -> TraceInput {
    TraceInput(
      name: name, reader: try TraceReader(path: traces.appending(path: "\(name).pwt").path), recordCount: nil)
  }

  private static func granules(_ names: String...) throws -> [Granule] {
    try names.map { try #require(Granule(name: $0)) }
  }

  private static func curves(
    _ bytes: [UInt8], _ request: CurveRequest, _ options: ReplayOptions = ReplayOptions()
  ) throws -> CurveResult {
    let input = TraceInput(name: "trace", reader: try TraceReader(MemorySource(bytes)), recordCount: nil)
    var pass = try CurvePass(input, request, options)
    return try pass.run()
  }

  /// The geometries compared, by set count and ways.
  private static let geometries =
    [1, 2, 3, 8, 16, 64, 100, 512, 1536].map { (sets: 1, ways: $0) }
    + [4, 16, 24, 128].flatMap { sets in [1, 2, 4, 7, 12].map { (sets: sets, ways: $0) } }

  @Test(arguments: ["bfs", "python", "scratch"])
  func splitTLBsMissInAReplayAsTheirCurvesSay(trace: String) throws {
    var request = CurveRequest(streams: [.data, .instructions], granules: try Self.granules("4K"))
    request.sets = [4, 16, 24, 128]
    var pass = try CurvePass(try Self.input(trace), request, Self.window)
    let curves = try pass.run().curves
    let lanes = try Self.geometries.map { sets, ways in
      lane(
        try machine("skylake-lru", "l1d.4K=\(sets * ways)x\(ways)", "l1i.4K=\(sets * ways)x\(ways)"),
        NativeTranslation.self)
    }
    var replayer = try Replayer([try Self.input(trace)], lanes, Self.window)
    for (geometry, result) in zip(Self.geometries, try replayer.replay()) {
      let data = try #require(curves.first { $0.stream == .data && $0.sets == geometry.sets })
      let instructions = try #require(curves.first { $0.stream == .instructions && $0.sets == geometry.sets })
      #expect(data.misses[geometry.ways - 1] == result.tally.total.l1dMisses, "\(geometry)")
      #expect(instructions.misses[geometry.ways - 1] == result.tally.total.l1iMisses, "\(geometry)")
      #expect(data.lookups == result.tally.total.l1dLookups)
      #expect(instructions.lookups == result.tally.total.l1iLookups)
    }
  }

  @Test(arguments: ["4K", "2M"])
  func aUnifiedTLBMissesInAReplayAsItsCurveSays(page: String) throws {
    var request = CurveRequest(streams: [.both], granules: try Self.granules("1G", page))
    request.sets = [4, 16, 24, 128]
    var pass = try CurvePass(try Self.input("hashjoin"), request, Self.window)
    let result = try pass.run()
    let curves = result.curves.filter { $0.page.description == page }
    let lanes = try Self.geometries.map { sets, ways in
      lane(
        try machine(
          "skylake-lru", "l1.split=unified", "guest.page=\(page)", "l1d.\(page)=\(sets * ways)x\(ways)"),
        NativeTranslation.self)
    }
    var replayer = try Replayer([try Self.input("hashjoin")], lanes, Self.window)
    for (geometry, replayed) in zip(Self.geometries, try replayer.replay()) {
      let curve = try #require(curves.first { $0.sets == geometry.sets })
      #expect(curve.misses[geometry.ways - 1] == replayed.tally.total.l1dMisses, "\(geometry)")
      #expect(curve.lookups == replayed.tally.total.l1dLookups)
      #expect(replayed.counts == result.counts)
      if page == "4K" { #expect(curve.footprint * 4096 == replayed.gauges.footprintBytes) }
    }
  }

  @Test func curvesDoNotDependOnTheNumberOfWorkersOrOnOtherCurves() throws {
    var request = CurveRequest(
      streams: [.data, .instructions, .both], granules: try Self.granules("4K", "16K", "64K", "2M", "1G"))
    request.sets = [16]
    var options = Self.window
    options.jobs = 1
    var pass = try CurvePass(try Self.input("sqlite"), request, options)
    let alone = try pass.run()
    #expect(alone.curves.count == 30)
    for jobs in [2, 4] {
      options.jobs = jobs
      var pass = try CurvePass(try Self.input("sqlite"), request, options)
      #expect(try pass.run() == alone)
    }
    request = CurveRequest(streams: [.both], granules: try Self.granules("64K"))
    pass = try CurvePass(try Self.input("sqlite"), request, options)
    let single = try pass.run().curves
    #expect(
      single == alone.curves.filter { $0.stream == .both && $0.page == request.granules[0] && $0.sets == 1 })
  }

  @Test(arguments: [("bfs", 0.05), ("hashjoin", 0.02), ("sqlite", 0.05), ("python", 0.02)])
  func theExactCurveOfAProgramIsWithinTheErrorOfItsSamples(trace: String, rate: Double) throws {
    var options = ReplayOptions()
    options.limit = 4_000_000
    var request = CurveRequest(streams: [.both], granules: try Self.granules("4K"))
    var pass = try CurvePass(try Self.input(trace), request, options)
    let exact = try pass.run().curves[0]
    request.sampleRate = rate
    pass = try CurvePass(try Self.input(trace), request, options)
    let sampled = try pass.run().curves[0]
    #expect(sampled.lookups == exact.lookups)
    let resolution = try #require(sampled.sampling?.resolution)
    #expect(sampled.missRate(ways: resolution - 1) == nil && exact.standardError(ways: 100) == nil)
    var (sizes, within, sum) = (0, 0, 0.0)
    for entries in resolution...Int(exact.footprint) {
      let error = abs(
        try #require(sampled.missRate(ways: entries)) - (try #require(exact.missRate(ways: entries))))
      sizes += 1
      sum += error
      if error <= 2.365 * (try #require(sampled.standardError(ways: entries))) + 1e-7 { within += 1 }
    }
    #expect(Double(within) >= 0.9 * Double(sizes), "\(within) of \(sizes)")
    // The mean error that the paper reports is below 0.01.
    #expect(sum / Double(sizes) < 0.005)
  }

  @Test func anAccessOfTwoPagesIsTwoLookups() throws {
    let bytes = try trace { writer in
      for _ in 0..<10 { try writer.append(Access(.load, VirtualAddress(0x1ffc), size: 8)) }
      try writer.append(Access(.fetch, VirtualAddress(0x9000), size: 4))
    }
    let result = try Self.curves(
      bytes, CurveRequest(streams: [.data, .instructions], granules: try Self.granules("4K", "16K")))
    #expect(result.curves.map(\.lookups) == [20, 20, 1, 1])
    #expect(result.curves[0].misses.prefix(3) == [20, 2, 2])
    #expect(result.curves[1].misses.prefix(2) == [1, 1])
    #expect(result.curves.map(\.coldMisses) == [2, 1, 1, 1])
    #expect(result.curves.map(\.footprint) == [2, 1, 1, 1])
  }

  @Test func addressSpacesAndSegmentsHavePagesOfTheirOwn() throws {
    let page = VirtualAddress(0x1000)
    let bytes = try trace { writer in
      for _ in 0..<5 {
        for process in [1, 2] as [UInt32] {
          writer.select(Owner(vm: 0, addressSpace: process))
          try writer.append(Access(.load, page, size: 8))
        }
      }
    }
    let request = CurveRequest(streams: [.data], granules: try Self.granules("4K"))
    let once = try Self.curves(bytes, request).curves[0]
    #expect(once.misses.prefix(2) == [10, 2])
    let twice = try Self.curves(bytes + bytes, request).curves[0]
    #expect(twice.misses.prefix(2) == [20, 4])
    #expect(twice.footprint == 4)
  }

  @Test func eventsArePassedOver() throws {
    let page = VirtualAddress(0x40_0000)
    let bytes = try trace { writer in
      try writer.append(.map(page, length: 4096, [.read, .write], .anonymous))
      try writer.append(Access(.store, page, size: 8))
      try writer.append(.unmap(page, length: 4096))
      try writer.append(Access(.store, page, size: 8))
    }
    let result = try Self.curves(bytes, CurveRequest(streams: [.data], granules: try Self.granules("4K")))
    #expect(result.curves[0].misses[0] == 1)
    #expect(result.ignoredEvents == 2)
  }

  @Test func aWindowThatLeavesNothingIsAnError() throws {
    let bytes = try trace { try $0.append(Access(.load, VirtualAddress(0x1000), size: 8)) }
    let request = CurveRequest(streams: [.data], granules: try Self.granules("4K"))
    var options = ReplayOptions()
    options.skip = 1
    #expect(throws: CurveError.self) { _ = try Self.curves(bytes, request, options) }
    options.skip = 0
    options.warmup = .fraction(0.5)
    #expect(throws: CurveError.self) { _ = try Self.curves(bytes, request, options) }
  }

  @Test func granulesAreSpelledAsMemorySizes() {
    for name in ["4K", "16K", "64K", "1M", "2M", "512M", "1G", "1T"] {
      #expect(Granule(name: name)?.description == name)
    }
    #expect(Granule(name: "1024K") == nil)
    for name in ["", "K", "2K", "3M", "2T", "4", "4k", "-4K", "4096"] { #expect(Granule(name: name) == nil) }
  }
}
