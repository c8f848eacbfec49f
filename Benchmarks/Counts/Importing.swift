import Benchmark
import Importing
import Traces

/// The text form, in memory, to a trace.
func importing() {
  let (text, records) = (BenchmarkMetric.count("bytes of text"), BenchmarkMetric.count("records"))
  let (events, blocks) = (BenchmarkMetric.count("events"), BenchmarkMetric.count("blocks"))
  for name in ["bfs", "scratch"] {
    Benchmark.counting("import-\(name)", [text, records, events, blocks]) { benchmark in
      let input = try exported(Trace(name), blocks: 16)
      let writer = try TraceWriter(to: MemorySink(), header: TraceHeader())
      var importer = ImportFormat.text.makeImporter(ByteInput(input, name: name))
      var window = RecordWindow()
      benchmark.startMeasurement()
      try importer.deliver(&window) { try writer.append($0) }
      let summary = try writer.finish()
      benchmark.stopMeasurement()
      benchmark.report(input.count, as: text)
      benchmark.report(summary.records, as: records)
      benchmark.report(summary.events, as: events)
      benchmark.report(summary.blocks, as: blocks)
    }
  }
}

/// The text of a trace's first blocks.
private func exported(_ trace: Trace, blocks: Int) throws -> [UInt8] {
  var exporter = ExportFormat.text.makeExporter()
  let decoder = BlockDecoder()
  var (output, records) = ([UInt8](), RecordBlock())
  exporter.begin(comments: [], into: &output)
  for block in try trace.blocks.prefix(blocks) {
    try decoder.decodeRecords(block, into: &records)
    exporter.append(records, into: &output)
  }
  return output
}
