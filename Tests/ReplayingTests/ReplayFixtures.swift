import Addressing
import Machines
import Replaying
import Strategies
import Traces
import TranslationTesting

/// A machine of a preset with some settings changed.
func machine(_ preset: String = "skylake-lru", _ changes: String...) throws -> Machine {
  try machine(preset, changes)
}

func machine(_ preset: String, _ changes: [String]) throws -> Machine {
  var description = MachineDescription(try Preset.named(preset))
  for change in changes { try description.set(change) }
  return try description.machine()
}

/// A trace of items.
func trace(_ build: (TraceWriter) throws -> Void) throws -> [UInt8] {
  let sink = MemorySink()
  let writer = try TraceWriter(to: sink, header: TraceHeader(recorder: "test"), recordsPerBlock: 512)
  try build(writer)
  _ = try writer.finish()
  return sink.bytes
}

/// Replays traces on lanes.
func replay(
  _ traces: [[UInt8]], _ lanes: [LaneSpecification], _ options: ReplayOptions = ReplayOptions()
) throws -> [ReplayResult] {
  var inputs: [TraceInput] = []
  for (index, bytes) in traces.enumerated() {
    let reader = try TraceReader(MemorySource(bytes))
    while try reader.nextBlock() != nil {}
    let records = reader.summaries.reduce(0) { $0 + $1.records }
    inputs.append(
      TraceInput(name: "trace \(index)", reader: try TraceReader(MemorySource(bytes)), recordCount: records))
  }
  var replayer = try Replayer(inputs, lanes, options)
  return try replayer.replay()
}

func replay(
  _ bytes: [UInt8], _ machine: Machine, _ strategy: any TranslationStrategy.Type,
  _ parameters: [String: String] = [:], _ options: ReplayOptions = ReplayOptions()
) throws -> ReplayResult {
  try replay([bytes], [lane(machine, strategy, parameters)], options)[0]
}

func lane(
  _ machine: Machine, _ strategy: any TranslationStrategy.Type, _ parameters: [String: String] = [:]
) -> LaneSpecification {
  LaneSpecification(machine: machine, strategy: strategy, parameters: parameters)
}
