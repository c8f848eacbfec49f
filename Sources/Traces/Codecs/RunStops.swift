import Addressing

/// The positions at which the runs of a block are split: breaks asked for, events, changes of owner, and the end.
struct RunStops {
  /// In order, each once, the last being the end.
  private(set) var positions: [UInt32] = []

  init(breaks: [UInt32], events: [PositionedEvent], spans: [OwnerSpan], end: UInt32) {
    var nextBreak = 0
    var nextEvent = 0
    var nextSpan = 1
    while true {
      var stop = end
      if nextBreak < breaks.count { stop = min(stop, breaks[nextBreak]) }
      if nextEvent < events.count { stop = min(stop, events[nextEvent].position) }
      if nextSpan < spans.count { stop = min(stop, spans[nextSpan].position) }
      positions.append(stop)
      if stop == end { return }
      while nextBreak < breaks.count && breaks[nextBreak] <= stop { nextBreak += 1 }
      while nextEvent < events.count && events[nextEvent].position <= stop { nextEvent += 1 }
      while nextSpan < spans.count && spans[nextSpan].position <= stop { nextSpan += 1 }
    }
  }
}
