import Addressing
import Machines
import PageTables
import TranslationCaches

/// A nested TLB among those that translate the same real addresses, or none.
struct NestedStage: Sendable {
  private var structure: Structure
  var tally = WalkTally()
  /// What it misses of the addresses at hand.
  private(set) var missed: [RealMeeting] = []

  private enum Structure: Sendable {
    case none
    case tlb(NestedTLB)
    /// An LRU one of few ways. Real maps lose no page, so that it is enough to know which it holds.
    case rows(LRURows)
    /// A fully associative LRU one of so many entries, for which the stack answers.
    case stacked(entries: Int)
  }

  /// - Parameter isStacked: Whether an ``LRUStack`` answers for it, if it can.
  init(_ machine: Machine, isStacked: Bool) {
    guard let tlb = machine.makeNestedTLB(), let geometry = machine.nestedTLB else {
      structure = .none
      return
    }
    if isStacked, let entries = machine.stackedNestedEntries {
      structure = .stacked(entries: entries)
    } else if machine.nestedTLBPolicy == .lru && geometry.ways <= LRURows.maximumWays {
      structure = .rows(LRURows(geometry))
    } else {
      structure = .tlb(tlb)
    }
  }

  /// The number of entries, where an ``LRUStack`` answers for it.
  var stackedEntries: Int? {
    if case .stacked(let entries) = structure { entries } else { nil }
  }

  /// Translates what was met.
  ///
  /// - Parameter distances: Of the meetings in the stack, where the stage is stacked; 0 where one was not there.
  mutating func follow(
    _ meetings: [RealMeeting], _ distances: [Int], vm: UInt16
  ) throws(TranslationError) {
    switch structure {
    case .none: missed = meetings
    case .tlb(var tlb):
      structure = .none
      defer { structure = .tlb(tlb) }
      try follow(meetings, &tlb, vm: vm)
    case .rows(var rows):
      structure = .none
      defer { structure = .rows(rows) }
      follow(meetings, &rows, vm: vm)
    case .stacked(let entries):
      try keepMissed(of: meetings) { distances[$0] != 0 && distances[$0] <= entries }
    }
  }

  private mutating func follow(_ meetings: [RealMeeting], _ rows: inout LRURows, vm: UInt16) {
    missed.removeAll(keepingCapacity: true)
    missed.append(contentsOf: meetings)
    let count = rows.use(&missed) { meeting in
      meeting.page.map { page in
        let number = meeting.real.rawValue >> page.size.shift
        return (TLBTag(context: vm, page.size, number: number).rawValue, number)
      }
    } found: { meeting in
      tally[meeting.cause].nestedTLBHits &+= 1
    }
    missed.removeLast(missed.count &- count)
    for meeting in missed { tally[meeting.cause].nestedTLBMisses &+= 1 }
  }

  private mutating func follow(
    _ meetings: [RealMeeting], _ tlb: inout NestedTLB, vm: UInt16
  ) throws(TranslationError) {
    try keepMissed(of: meetings) { index throws(TranslationError) in
      let meeting = meetings[index]
      let held = tlb.lookup(vm: vm, meeting.real)
      if let held {
        guard HostPage(base: held.base, size: held.size) == meeting.page else { throw .divergedStages }
      } else if let page = meeting.page {
        tlb.fill(vm: vm, meeting.real, base: page.base, size: page.size)
      }
      return held != nil
    }
  }

  /// Counts hits and misses, and keeps what was missed.
  ///
  /// - Parameter isHit: Whether the structure held the meeting of that number.
  @inline(__always) private mutating func keepMissed(
    of meetings: [RealMeeting], _ isHit: (Int) throws(TranslationError) -> Bool
  ) throws(TranslationError) {
    missed.removeAll(keepingCapacity: true)
    missed.append(contentsOf: meetings)
    let count = try Self.keepMissed(&missed, &tally, isHit)
    missed.removeLast(meetings.count &- count)
  }

  /// Moves to the front what was missed; its number.
  @inline(__always) private static func keepMissed(
    _ meetings: inout [RealMeeting], _ tally: inout WalkTally,
    _ isHit: (Int) throws(TranslationError) -> Bool
  ) throws(TranslationError) -> Int {
    var meetings = meetings.mutableSpan
    var count = 0
    for index in meetings.indices {
      let meeting = meetings[index]
      let isHit = try isHit(index)
      meetings[count] = meeting
      count &+= isHit ? 0 : 1
      tally[meeting.cause].nestedTLBHits &+= isHit ? 1 : 0
      tally[meeting.cause].nestedTLBMisses &+= isHit ? 0 : 1
    }
    return count
  }

  /// Drops everything but what is in the stack.
  mutating func invalidateAll() {
    switch structure {
    case .none, .stacked: break
    case .tlb(var tlb):
      tlb.invalidateAll()
      structure = .tlb(tlb)
    case .rows(var rows):
      rows.removeAll()
      structure = .rows(rows)
    }
  }
}

extension Machine {
  /// The entries of the nested TLB, where an ``LRUStack`` can answer for it.
  var stackedNestedEntries: Int? {
    guard let geometry = nestedTLB, nestedTLBPolicy == .lru, geometry.sets == 1,
      geometry.entries <= LRUStack.maximumEntries
    else { return nil }
    return geometry.entries
  }
}
