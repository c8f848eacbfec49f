/// At least one element. The first stands in place, since nearly always it is the only one: an array asks at each change
/// whether it is shared, which costs more than much of what is done to its elements here.
struct OneOrMore<Element> {
  var first: Element
  var others: [Element]

  /// - Parameter elements: Never empty.
  init(_ elements: [Element]) {
    first = elements[0]
    others = Array(elements.dropFirst())
  }

  /// Whether it is the only one. To be asked before a loop over ``others`` on a short path: what makes an array one's own
  /// is done before such a loop, even where it is empty.
  var isSingle: Bool { others.isEmpty }

  var count: Int { 1 + others.count }

  subscript(index: Int) -> Element { index == 0 ? first : others[index - 1] }

  /// What a function makes of each.
  func map<Result>(_ transform: (Element) -> Result) -> [Result] {
    [transform(first)] + others.map(transform)
  }
}

extension OneOrMore: Sendable where Element: Sendable {}
