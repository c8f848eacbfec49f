import Addressing
import Traces

/// Writes one drmemtrace file, not packed, with the records of all threads interleaved; ``DrmemtraceRecord`` has the
/// format.
///
/// It is of version 4: later ones must tell which branches are taken, which no trace of ours does. Readers want to know
/// every thread and process (`reader/reader.cpp` [V]): an unknown process is written as 1, an unknown thread as the
/// number of its process, as Linux numbers first threads. A modify is a load and a store; an unknown size is 1 byte,
/// which is what such an access touches. Timestamps count the accesses before them.
///
/// DynamoRIO's own reader (`file_reader_t`, at 05e316505beb), built apart, gave every access of exports of five bundled
/// traces, two of them of guests, with the address, size, process and thread that their text exports tell, in order [V].
/// Its invariant checker, which needs all of DynamoRIO, was not built; it wants branches, which no trace of ours tells.
struct DrmemtraceExporter: TraceExporter {
  private static let version: UInt64 = 4

  private var owner: Owner?
  private var threads: [Thread] = []
  private var known: Set<Thread> = []
  private var accesses: UInt64 = 0
  private var hasWrittenSizes = false

  private var events: UInt64 = 0
  private var modifies: UInt64 = 0
  private var sizes: UInt64 = 0
  private var hasUnknownOwners = false
  private var machines: Set<UInt32?> = []

  private struct Thread: Hashable {
    var process: UInt64
    var number: UInt64
  }

  var remarks: [String] {
    let counts: [(UInt64, one: String, many: String, what: String)] = [
      (events, "event was", "events were", "left out: drmemtrace has no place for them"),
      (modifies, "modify was", "modifies were", "written as a load and a store"),
      (sizes, "access of unknown size was", "accesses of unknown size were", "written with 1 byte"),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.0.counting($0.one, $0.many)) \($0.what)" }
      + (hasUnknownOwners ? ["unknown processes were written as 1, unknown threads as their process"] : [])
      + (machines.count > 1 ? ["several machines fell together: records name none"] : [])
  }

  /// The header; the format has no comments.
  mutating func begin(comments: [String], into output: inout [UInt8]) {
    DrmemtraceRecord(.header, value: Self.version).write(to: &output)
    DrmemtraceRecord(.version, Self.version).write(to: &output)
    DrmemtraceRecord(.fileType, DrmemtraceRecord.FileType.x86).write(to: &output)
  }

  mutating func append(_ block: RecordBlock, into output: inout [UInt8]) {
    block.forEachStretch { event, owner in
      guard case .translation(let address, let place) = event else {
        events += 1
        return
      }
      select(owner, into: &output)
      DrmemtraceRecord(.physicalAddress, place.rawValue).write(to: &output)
      DrmemtraceRecord(.virtualAddress, address.rawValue).write(to: &output)
    } accesses: { accesses, owner in
      select(owner, into: &output)
      for access in accesses { append(access, into: &output) }
    }
  }

  /// Every thread exits, in the order of their first records, and the footer follows.
  mutating func end(into output: inout [UInt8]) {
    if owner == nil { select(.unknown, into: &output) }
    for thread in threads {
      write(thread, into: &output)
      DrmemtraceRecord(.threadExit, size: 4, value: thread.number).write(to: &output)
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
    let process = known(new.addressSpace) ?? 1
    let thread = Thread(process: process, number: known(new.thread) ?? process)
    if known.insert(thread).inserted { threads.append(thread) }
    write(thread, into: &output)
    if !hasWrittenSizes {
      DrmemtraceRecord(.cacheLineSize, 64).write(to: &output)
      DrmemtraceRecord(.pageSize, 4096).write(to: &output)
      hasWrittenSizes = true
    }
    DrmemtraceRecord(.timestamp, accesses + 1).write(to: &output)
    DrmemtraceRecord(.processor, new.vcpu.map(UInt64.init) ?? .max).write(to: &output)
  }

  /// A number of an owner, which must not be 0.
  private mutating func known(_ number: UInt32?) -> UInt64? {
    guard let number, number > 0 else {
      hasUnknownOwners = true
      return nil
    }
    return UInt64(number)
  }

  private func write(_ thread: Thread, into output: inout [UInt8]) {
    DrmemtraceRecord(.thread, size: 4, value: thread.number).write(to: &output)
    DrmemtraceRecord(.process, size: 4, value: thread.process).write(to: &output)
  }
}
