/// The areas of one process, in order and without overlap; neighbours of one use are merged.
struct AreaMap: Sendable {
  private(set) var areas: [Area] = []

  /// The area that holds a page.
  func area(at page: UInt64) -> Area? {
    let index = firstIndex(endingAfter: page)
    guard index < areas.count, areas[index].pages.contains(page) else { return nil }
    return areas[index]
  }

  /// Takes everything within `range` out, and returns it in order.
  mutating func remove(_ range: Range<UInt64>) -> [Area] {
    let first = firstIndex(endingAfter: range.lowerBound)
    var end = first
    while end < areas.count, areas[end].pages.lowerBound < range.upperBound { end += 1 }
    guard first < end else { return [] }
    let touched = areas[first..<end]
    let before = areas[first].clipped(to: 0..<range.lowerBound)
    let after = areas[end - 1].clipped(to: range.upperBound..<UInt64.max)
    let removed = touched.map { $0.clipped(to: range) }
    areas.replaceSubrange(first..<end, with: [before, after].filter { !$0.pages.isEmpty })
    return removed
  }

  /// Adds an area where none is.
  mutating func insert(_ area: Area) {
    guard !area.pages.isEmpty else { return }
    var area = area
    var index = firstIndex(endingAfter: area.pages.lowerBound)
    if index < areas.count, area.continues(as: areas[index]) {
      area.pages = area.pages.lowerBound..<areas.remove(at: index).pages.upperBound
    }
    if index > 0, areas[index - 1].continues(as: area) {
      index -= 1
      area.pages = areas.remove(at: index).pages.lowerBound..<area.pages.upperBound
    }
    areas.insert(area, at: index)
  }

  /// The parts of `range` that `pieces`, in order, leave free.
  static func gaps(in range: Range<UInt64>, between pieces: [Area]) -> [Range<UInt64>] {
    var gaps: [Range<UInt64>] = []
    var next = range.lowerBound
    for piece in pieces {
      if next < piece.pages.lowerBound { gaps.append(next..<piece.pages.lowerBound) }
      next = piece.pages.upperBound
    }
    if next < range.upperBound { gaps.append(next..<range.upperBound) }
    return gaps
  }

  private func firstIndex(endingAfter page: UInt64) -> Int {
    var low = 0
    var high = areas.count
    while low < high {
      let middle = (low + high) / 2
      if areas[middle].pages.upperBound > page { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
