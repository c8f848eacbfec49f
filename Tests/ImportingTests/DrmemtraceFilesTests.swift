import Addressing
import Foundation
import Importing
import Testing
import Traces

/// Files of one drmemtrace trace, of a thread or a core each, that are read together.
@Suite struct DrmemtraceFilesTests {
  private typealias Records = ForeignRecords

  /// A file of a thread: stretches of loads, each behind a timestamp, and its footer.
  private func file(thread: UInt64, _ stretches: [(time: UInt64, loads: Range<UInt64>)]) -> [UInt8] {
    var bytes =
      Records.drmemtrace(25, 0, 7) + Records.drmemtrace(28, 12, 7) + Records.drmemtrace(22, 4, thread)
    for stretch in stretches {
      bytes += Records.drmemtrace(28, 2, stretch.time)
      for page in stretch.loads { bytes += Records.drmemtrace(0, 8, page << 12) }
    }
    return bytes + Records.drmemtrace(26, 0, 0)
  }

  private func imported(_ files: [[UInt8]]) throws -> (items: [Item], blocks: Int) {
    let inputs = files.enumerated().map { ByteInput($1, name: "file \($0)") }
    var importer = try ImportFormat(recognising: inputs).makeImporter(inputs)
    var window = RecordWindow()
    var items: [Item] = []
    var blocks = 0
    try importer.deliver(&window) { block in
      items += Item.all(of: block)
      blocks += 1
    }
    return (items, blocks)
  }

  /// The stretches of all files by time, those of equal times by file: sorted, where times only grow.
  private func expected(_ files: [(thread: UInt32, [(time: UInt64, loads: Range<UInt64>)])]) -> [Item] {
    let stretches = files.enumerated().flatMap { number, file in
      file.1.enumerated().map {
        (time: $1.time, file: number, index: $0, thread: file.thread, loads: $1.loads)
      }
    }
    return stretches.sorted { ($0.time, $0.file, $0.index) < ($1.time, $1.file, $1.index) }.flatMap {
      stretch in
      stretch.loads.map { .access(.load, $0 << 12, 8, Owner(thread: stretch.thread)) }
    }
  }

  @Test func stretchesComeInTheOrderOfTheirTimestampsAndEqualOnesInTheOrderOfFiles() throws {
    let first: [(time: UInt64, loads: Range<UInt64>)] = [(10, 1..<3), (30, 3..<4), (30, 4..<6), (70, 6..<7)]
    let second: [(time: UInt64, loads: Range<UInt64>)] = [(5, 101..<102), (30, 102..<104), (40, 104..<104)]
    let third: [(time: UInt64, loads: Range<UInt64>)] = [(10, 201..<202), (30, 202..<203), (90, 203..<205)]
    let files = [file(thread: 1, first), file(thread: 2, second), file(thread: 3, third)]
    #expect(try imported(files).items == expected([(1, first), (2, second), (3, third)]))
  }

  @Test func stretchesLongerThanABlockGoOnInTheNext() throws {
    let first: [(time: UInt64, loads: Range<UInt64>)] = [(1, 0..<40_000), (4, 40_000..<70_000)]
    let second: [(time: UInt64, loads: Range<UInt64>)] = [(2, 100_000..<120_000), (3, 120_000..<121_000)]
    let result = try imported([file(thread: 1, first), file(thread: 2, second)])
    #expect(result.items == expected([(1, first), (2, second)]))
    #expect(result.blocks > 4)
  }

  @Test func manyFilesOfRandomTimesAreSorted() throws {
    var generator = SplitMix64(seed: 7)
    let files = (0..<12).map { thread in
      var time: UInt64 = 1
      let stretches = (0..<60).map { index -> (time: UInt64, loads: Range<UInt64>) in
        time += generator.next() % 9
        let start = UInt64(thread * 100_000 + index * 100)
        return (time, start..<start + generator.next() % 5)
      }
      return (thread: UInt32(thread + 1), stretches)
    }
    let bytes = files.map { file(thread: UInt64($0.thread), $0.1) }
    #expect(try imported(bytes).items == expected(files))
  }

  @Test func noTimestampEndsAFile() throws {
    let first: [(time: UInt64, loads: Range<UInt64>)] = [(1, 1..<2), (.max, 2..<4)]
    let second: [(time: UInt64, loads: Range<UInt64>)] = [(2, 11..<12), (.max, 12..<13)]
    #expect(
      try imported([file(thread: 1, first), file(thread: 2, second)]).items
        == expected([(1, first), (2, second)]))
  }

  @Test func aFileThatIsCutShortIsNamed() {
    let whole = file(thread: 1, [(1, 1..<4)])
    let cut = Array(file(thread: 2, [(2, 1..<4)]).dropLast(12))
    let error = #expect(throws: ImportError.self) { try imported([whole, cut]) }
    guard case .recordCutShort(let place) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.file == "file 1")
  }

  @Test func filesOfFormatsThatTellNoOrderAreRefusedAndSoAreMixedOnes() throws {
    let din = try #require(samples[.din])
    #expect(throws: ImportError.partsOfOtherTraces(format: "din", second: "file 1")) {
      try imported([din, din])
    }
    #expect(throws: ImportError.partOfOtherFormat(file: "file 1", format: "din", first: "drmemtrace")) {
      try imported([file(thread: 1, [(1, 1..<2)]), din])
    }
  }

  @Test func aFolderHasTheFilesOfItsTraceByNameAndNoOthers() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "pagewalk-folder-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    func make(_ names: [String], in folder: URL) throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for name in names { try Data([0]).write(to: folder.appending(path: name)) }
    }
    try make(["app.log"], in: folder)
    #expect(throws: ImportError.noTraceInFolder(folder.path)) { try DrmemtraceFolder.files(in: folder.path) }
    try make(["b.memtrace.sz", "a.2.trace.zip", "a.1.trace.gz", "serial_schedule.bin.gz"], in: folder)
    #expect(
      try DrmemtraceFolder.files(in: folder.path)
        == ["a.1.trace.gz", "a.2.trace.zip", "b.memtrace.sz"].map { folder.path + "/" + $0 })
    try make(["c.trace"], in: folder.appending(path: "trace"))
    #expect(try DrmemtraceFolder.files(in: folder.path) == [folder.path + "/trace/c.trace"])
    #expect(throws: ImportError.self) { try DrmemtraceFolder.files(in: folder.path + "/nowhere") }
  }
}
