import Addressing
import Traces

/// Writes one drmemtrace file, not packed, with the records of all threads interleaved; ``DrmemtraceRecord`` has the
/// format.
///
/// It is of version 4: later ones must tell which branches are taken, which no trace of ours does. DynamoRIO tells
/// threads by their number alone, which must not be 0, and wants to know every process (`reader/reader.cpp` [V]):
/// ``DrmemtraceNumbers`` gives them. An unknown thread gets the number of its process where that is free, as Linux
/// numbers first threads. A modify is a load and a store; an unknown size is 1 byte, which is what such an access
/// touches. Timestamps count the accesses before them.
///
/// Where several threads take turns on one processor, the file's type says that it is of a core, and exits stand where
/// the trace has them. In any other file DynamoRIO takes the first exit for the end of its thread and of all
/// (`analyzer.cpp` [V]): there all threads exit at the end. That a file is of a whole system is not said: DynamoRIO's
/// simulators refuse such files (`scheduler/scheduler_impl.cpp`, `check_scheduler_mode_valid` [V]).
///
/// DynamoRIO's analyser (at 05e316505beb) was built and reads exports of all 16 bundled traces: its `basic_counts`
/// finds the accesses and translations that `pagewalk info` counts [V]. What its `invariant_checker` still complains
/// of is that branches are not told, exits that do not stand directly behind their thread's last instruction, and
/// several threads in a file that is not of one core [V].
struct DrmemtraceExporter: TraceExporter {
  private static let version: UInt64 = 4

  private var processes = DrmemtraceNumbers()
  private var threads = DrmemtraceNumbers()
  /// Whose record was the last that was seen ahead.
  private var foreseen: Owner?
  private var hasSeveralThreads = false
  private var hasSeveralProcessors = false

  /// Whose record was the last; nil where the next must name its thread.
  private var owner: Owner?
  /// The threads of each process that have not ended.
  private var living: [UInt32: Set<UInt32>] = [:]
  private var accesses: UInt64 = 0
  private var hasWrittenSizes = false

  private var events: UInt64 = 0
  private var exits: UInt64 = 0
  private var processExits: UInt64 = 0
  private var modifies: UInt64 = 0
  private var sizes: UInt64 = 0
  private var machines: Set<UInt32?> = []

  var remarks: [String] {
    let counts: [(UInt64, one: String, many: String, what: String)] = [
      (events, "event was", "events were", "left out: drmemtrace has no place for them"),
      (processExits, "exit of a process was", "exits of processes were", "written as exits of threads"),
      (isOfOneCore || threads.count == 1 ? 0 : exits, "exit was", "exits were", "written at the end"),
      (modifies, "modify was", "modifies were", "written as a load and a store"),
      (sizes, "access of unknown size was", "accesses of unknown size were", "written with 1 byte"),
      (
        processes.chosen + threads.chosen, "number of a process or thread was",
        "numbers of processes and threads were", "chosen anew, being unknown, 0 or another's"
      ),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.0.counting($0.one, $0.many)) \($0.what)" }
      + (machines.count > 1 ? ["only processes tell the several machines apart: records name none"] : [])
      + (threads.count > 1 && !hasSeveralThreads
        ? ["whether the threads share one core is not told: name a file instead of a pipe"] : [])
  }

  private var isOfOneCore: Bool { hasSeveralThreads && !hasSeveralProcessors }

  var looksAhead: Bool { !hasSeveralProcessors }

  mutating func lookAhead(_ block: RecordBlock) {
    block.forEachStretch { event, owner in
      switch event {
      case .translation, .exit: foresee(owner)
      default: break
      }
    } accesses: { _, owner in
      foresee(owner)
    }
  }

  private mutating func foresee(_ owner: Owner) {
    if let foreseen {
      if Self.thread(of: foreseen) != Self.thread(of: owner) { hasSeveralThreads = true }
      if foreseen.vcpu != owner.vcpu { hasSeveralProcessors = true }
    }
    foreseen = owner
  }

  /// What tells a thread from others.
  private static func thread(of owner: Owner) -> Owner {
    Owner(vm: owner.vm, addressSpace: owner.addressSpace, thread: owner.thread)
  }

  /// The header; the format has no comments.
  mutating func begin(comments: [String], into output: inout [UInt8]) {
    typealias FileType = DrmemtraceRecord.FileType
    let fileType = FileType.x86 | (isOfOneCore ? FileType.oneCore : 0)
    DrmemtraceRecord(.header, value: Self.version).write(to: &output)
    DrmemtraceRecord(.version, Self.version).write(to: &output)
    DrmemtraceRecord(.fileType, fileType).write(to: &output)
  }

  mutating func append(_ block: RecordBlock, into output: inout [UInt8]) {
    block.forEachStretch { event, owner in
      switch event {
      case .translation(let address, let place):
        select(owner, into: &output)
        DrmemtraceRecord(.physicalAddress, place.rawValue).write(to: &output)
        DrmemtraceRecord(.virtualAddress, address.rawValue).write(to: &output)
      case .exit(let wholeProcess): exit(owner, wholeProcess: wholeProcess, into: &output)
      default: events += 1
      }
    } accesses: { accesses, owner in
      select(owner, into: &output)
      for access in accesses { append(access, into: &output) }
    }
  }

  /// The exits that are left, and the footer.
  mutating func end(into output: inout [UInt8]) {
    if threads.count == 0 { select(.unknown, into: &output) }
    if !isOfOneCore {
      for process in living.keys.sorted() { exitAll(of: process, into: &output) }
    }
    DrmemtraceRecord(.footer).write(to: &output)
  }

  private mutating func append(_ access: Access, into output: inout [UInt8]) {
    let size = max(access.size, 1)
    if access.size == 0 { sizes += 1 }
    accesses += 1
    if access.kind == .fetch {
      DrmemtraceRecord(.fetch, size: size, value: access.address.rawValue).write(to: &output)
      return
    }
    if access.kind != .store {
      DrmemtraceRecord(.load, size: size, value: access.address.rawValue).write(to: &output)
    }
    if access.kind.isWrite {
      DrmemtraceRecord(.store, size: size, value: access.address.rawValue).write(to: &output)
    }
    if access.kind == .modify { modifies += 1 }
  }

  /// Goes on with another owner.
  private mutating func select(_ new: Owner, into output: inout [UInt8]) {
    if new == owner { return }
    owner = new
    machines.insert(new.vm)
    let (process, thread) = numbers(of: new)
    living[process, default: []].insert(thread)
    write(thread, of: process, into: &output)
    if !hasWrittenSizes {
      DrmemtraceRecord(.cacheLineSize, 64).write(to: &output)
      DrmemtraceRecord(.pageSize, 4096).write(to: &output)
      hasWrittenSizes = true
    }
    DrmemtraceRecord(.timestamp, accesses + 1).write(to: &output)
    DrmemtraceRecord(.processor, new.vcpu.map(UInt64.init) ?? .max).write(to: &output)
  }

  private mutating func numbers(of owner: Owner) -> (process: UInt32, thread: UInt32) {
    let process = processes.number(
      of: Owner(vm: owner.vm, addressSpace: owner.addressSpace), own: owner.addressSpace)
    return (process, threads.number(of: Self.thread(of: owner), own: owner.thread, guess: process))
  }

  private func write(_ thread: UInt32, of process: UInt32, into output: inout [UInt8]) {
    DrmemtraceRecord(.thread, size: 4, value: UInt64(thread)).write(to: &output)
    DrmemtraceRecord(.process, size: 4, value: UInt64(process)).write(to: &output)
  }

  /// Ends a thread, or all of its process, unless that is for the end of the file.
  private mutating func exit(_ owner: Owner, wholeProcess: Bool, into output: inout [UInt8]) {
    exits += 1
    if wholeProcess { processExits += 1 }
    guard isOfOneCore else { return }
    select(owner, into: &output)
    let (process, thread) = numbers(of: owner)
    DrmemtraceRecord(.threadExit, size: 4, value: UInt64(thread)).write(to: &output)
    living[process]?.remove(thread)
    if wholeProcess { exitAll(of: process, into: &output) }
    self.owner = nil
  }

  private mutating func exitAll(of process: UInt32, into output: inout [UInt8]) {
    for thread in (living.removeValue(forKey: process) ?? []).sorted() {
      write(thread, of: process, into: &output)
      DrmemtraceRecord(.threadExit, size: 4, value: UInt64(thread)).write(to: &output)
    }
  }
}
