import Addressing

/// What programs expect of memory, page by page: dictionaries, no tables and no frames.
struct ProgramOracle {
  struct Process {
    /// The last value written to each page; none is zero.
    var values: [UInt64: Int] = [:]
    var protection: [UInt64: Protection] = [:]
    /// Pages unmapped or discarded and not touched since: nothing may be mapped there.
    var absent: Set<UInt64> = []
  }
  var processes: [UInt32: Process] = [:]

  mutating func apply(_ event: Event, by process: UInt32) {
    switch event {
    case .map(let start, let length, let protection, _):
      forget(Self.pages(start, length), process)
      for page in Self.pages(start, length) {
        processes[process, default: Process()].protection[page] = protection
      }
    case .unmap(let start, let length):
      forget(Self.pages(start, length), process)
    case .protect(let start, let length, let protection):
      for page in Self.pages(start, length) where processes[process]?.protection[page] != nil {
        processes[process]?.protection[page] = protection
      }
    case .advise(let start, let length, .discard):
      for page in Self.pages(start, length) {
        processes[process]?.values[page] = nil
        processes[process]?.absent.insert(page)
      }
    case .remap(let old, let oldLength, let new, let newLength):
      move(Self.pages(old, oldLength), to: Self.pages(new, newLength), process)
    case .clone(let child, sharesMemory: false):
      processes[child] = processes[process] ?? Process()
      processes[child]?.absent = []
    case .exit(wholeProcess: true):
      processes[process] = nil
    default: break
    }
  }

  private mutating func forget(_ pages: Range<UInt64>, _ process: UInt32) {
    var state = processes[process] ?? Process()
    for page in pages {
      state.values[page] = nil
      state.protection[page] = nil
      state.absent.insert(page)
    }
    processes[process] = state
  }

  private mutating func move(_ old: Range<UInt64>, to new: Range<UInt64>, _ process: UInt32) {
    let before = processes[process] ?? Process()
    if old.lowerBound == new.lowerBound {
      let tail =
        new.upperBound < old.upperBound ? new.upperBound..<old.upperBound : old.upperBound..<new.upperBound
      forget(tail, process)
    } else {
      forget(new, process)
      forget(old, process)
      for page in old where page - old.lowerBound < UInt64(new.count) {
        let target = page - old.lowerBound + new.lowerBound
        processes[process]?.values[target] = before.values[page]
        processes[process]?.protection[target] = before.protection[page]
        processes[process]?.absent.remove(target)
      }
    }
    guard let last = before.protection[old.upperBound - 1] else { return }
    for page in new where page - new.lowerBound >= UInt64(old.count) {
      processes[process]?.protection[page] = last
    }
  }

  static func pages(_ start: VirtualAddress, _ length: UInt64) -> Range<UInt64> {
    start.pageNumber..<start.pageNumber + length >> 12
  }
}
