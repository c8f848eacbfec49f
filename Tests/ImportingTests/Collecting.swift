import Addressing
import Importing
import Traces

/// One thing of a trace, in order.
enum Item: Hashable {
  case access(Access, Owner)
  case event(Event, Owner)

  static func access(_ kind: AccessKind, _ address: UInt64, _ size: UInt16, _ owner: Owner = .unknown) -> Item
  {
    .access(Access(kind, VirtualAddress(address), size: size), owner)
  }

  static func event(_ event: Event) -> Item { .event(event, .unknown) }
}

/// Everything that a text holds, and what its importer remarks.
func imported(
  _ text: String, as format: ImportFormat? = nil, window: RecordWindow = RecordWindow()
) throws -> (items: [Item], remarks: [String]) {
  try imported(ByteInput(Array(text.utf8), name: "sample"), as: format, window: window)
}

func imported(_ bytes: [UInt8], as format: ImportFormat? = nil) throws -> (items: [Item], remarks: [String]) {
  try imported(ByteInput(bytes, name: "sample"), as: format)
}

func imported(
  _ input: ByteInput, as format: ImportFormat? = nil, window: RecordWindow = RecordWindow()
) throws -> (items: [Item], remarks: [String]) {
  var importer = try (format ?? ImportFormat(recognising: input)).makeImporter(input)
  var window = window
  var items: [Item] = []
  try importer.deliver(&window) { block in items += Item.all(of: block) }
  return (items, importer.remarks)
}

extension Item {
  static func all(of block: RecordBlock) -> [Item] {
    var items: [Item] = []
    block.forEach {
      items.append(.event($0, $1))
    } access: {
      items.append(.access($0, $1))
    }
    return items
  }
}

/// A block holding these items.
func block(_ items: [Item]) -> RecordBlock {
  var block = RecordBlock()
  for item in items {
    switch item {
    case .access(let access, let owner): block.append(access, by: owner)
    case .event(let event, let owner): block.append(event, by: owner)
    }
  }
  return block
}

/// The text of these items in a format.
func exported(_ items: [Item], as format: ExportFormat) -> String {
  var exporter = format.makeExporter()
  var output: [UInt8] = []
  exporter.begin(comments: ["a comment"], into: &output)
  exporter.append(block(items), into: &output)
  exporter.end(into: &output)
  return String(decoding: output, as: UTF8.self)
}

/// One sample of each format, written by hand from the formats' descriptions.
let samples: [ImportFormat: [UInt8]] = [
  .lackey: Array(
    """
    ==4250== Lackey, an example Valgrind tool
    I  04001000,3
     S 1fff000768,8
    SYSCALL[4250,1](11) sys_munmap ( 0x483c000, 8192 )[sync] --> Success(0x0) 
     L 1fff000760,8
     M 0064bfd0,4

    """.utf8),
  .din: Array("2 401000 junk\n0 7fff0010\n1 7fff0018\n".utf8),
  .xdin: Array("i 401000 4\nr 0x7fff0010 8\nw 7fff0018 10 more\n".utf8),
  .champsim: ForeignRecords.loop { instruction, branch, stores, loads in
    ForeignRecords.champSim(instruction, branch: branch, taken: branch, stores: stores, loads: loads)
  },
  .champsimCloudsuite: ForeignRecords.loop { instruction, branch, stores, loads in
    ForeignRecords.cloudSuite(instruction, branch: branch, taken: branch, stores: stores, loads: loads)
  },
  .pinatrace: Array("0x401000: R 0x7fff0010\n0x401004: W 0x7fff0018\n0x401004: R 0x7fff0020\n".utf8),
  .cvp: ForeignRecords.cvpLoop,
  .drmemtrace: ForeignRecords.drmemtraceLoop,
  .gem5: ForeignRecords.gem5Trace,
  .sift: ForeignRecords.siftTrace,
  .text: Array(
    "# by hand\nvm 0 process 1 map 0x1000 8192 rw anonymous\nstore 0x1008 8\nvm 1 load 0x2000 4\n".utf8),
  .csv: Array(
    "# by hand\nvm,vcpu,process,thread,kind,address,size,operands\n0,,1,,load,0x1000,8,\n,,,,unmap,,,0x1000 4096\n"
      .utf8),
]
