public import Addressing

// A block in the order in which it was recorded.
extension RecordBlock {
  /// Visits everything in order: at one position first the events, then the record.
  @inlinable public func forEach<Failure: Error>(
    event: (Event, Owner) throws(Failure) -> Void, access: (Access, Owner) throws(Failure) -> Void
  ) throws(Failure) {
    try forEachStretch(event: event) { (stretch, owner) throws(Failure) in
      for one in stretch { try access(one, owner) }
    }
  }

  /// Visits everything in order, all records of one owner between two events at once.
  @inlinable public func forEachStretch<Failure: Error>(
    event: (Event, Owner) throws(Failure) -> Void,
    accesses visit: (ArraySlice<Access>, Owner) throws(Failure) -> Void
  ) throws(Failure) {
    var position = 0
    var nextEvent = 0
    var nextSpan = 0
    var owner = Owner.unknown
    while true {
      while nextEvent < events.count, events[nextEvent].position <= position {
        try event(events[nextEvent].event, events[nextEvent].owner)
        nextEvent += 1
      }
      if position == accesses.count { return }
      if nextSpan < spans.count, spans[nextSpan].position == position {
        owner = spans[nextSpan].owner
        nextSpan += 1
      }
      let event = nextEvent < events.count ? Int(events[nextEvent].position) : accesses.count
      let span = nextSpan < spans.count ? Int(spans[nextSpan].position) : accesses.count
      let end = min(event, span, accesses.count)
      try visit(accesses[position..<end], owner)
      position = end
    }
  }
}
