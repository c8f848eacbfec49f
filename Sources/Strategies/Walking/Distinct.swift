/// The different ones among some values, in the order in which they first come.
struct Distinct<Value: Equatable> {
  /// Where each value is among the different ones.
  private(set) var places: [Int] = []
  /// Where each different one first comes among the values.
  private(set) var firsts: [Int] = []

  init(_ values: [Value]) {
    for (index, value) in values.enumerated() {
      if let place = firsts.firstIndex(where: { values[$0] == value }) {
        places.append(place)
      } else {
        places.append(firsts.count)
        firsts.append(index)
      }
    }
  }
}
