import Machines
import TranslationCaches

/// The different second levels of a lane, each with the machines that have it, and which of them follow which: of every
/// stack the one with the most ways leads and comes before the others.
struct SecondLevelStacks {
  /// By level, the numbers of its machines.
  private(set) var machines: [[Int]] = []
  /// By level, the number of the one that it follows; nil where it follows none.
  private(set) var leaders: [Int?] = []

  /// - Parameter levels: By machine.
  init(_ levels: [Machine.SecondLevel]) {
    for index in levels.indices {
      let known = machines.firstIndex { levels[$0[0]] == levels[index] }
      if let known { machines[known].append(index) } else { machines.append([index]) }
    }
    // By ways, and else in their order.
    let order = machines.indices.sorted {
      let (ways, others) = (levels[machines[$0][0]].ways, levels[machines[$1][0]].ways)
      return ways != others ? ways > others : $0 < $1
    }
    machines = order.map { machines[$0] }
    let stacks = machines.map { levels[$0[0]].stack }
    for (level, stack) in stacks.enumerated() {
      leaders.append(stack == nil ? nil : stacks[..<level].firstIndex(of: stack))
    }
  }
}

extension Machine.SecondLevel {
  fileprivate var ways: Int { page4K2M?.ways ?? 0 }
}
