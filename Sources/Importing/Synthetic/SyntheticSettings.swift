/// What can be set for synthetic workloads; each uses those that it names, and footprint, seed and instructions.
public struct SyntheticSettings: Hashable, Sendable {
  /// The memory that data accesses go to: whole pages of 4 KiB. In bytes.
  public var footprint: UInt64
  public var seed: UInt64 = 1
  /// Instructions for each data access: one loop over so many, of which the last makes the access.
  public var instructions: UInt64 = 3
  /// From one access to the next. In bytes.
  public var stride: UInt64 = 4096
  /// The page of rank r is accessed in proportion to 1 / r^exponent.
  public var exponent = 1.0
  /// What is mapped and unmapped at once: whole pages of 4 KiB. In bytes.
  public var range: UInt64 = 64 << 10
  /// Children alive at once.
  public var processes: UInt64 = 4
  /// Pages that each child writes.
  public var writes: UInt64 = 16

  /// The defaults of a workload.
  public init(_ workload: SyntheticWorkload) { footprint = workload.footprint }

  var pages: UInt64 { footprint / 4096 }

  /// The most memory that a workload may use, so that the order of its pages can be held. In bytes.
  public static let maximumFootprint: UInt64 = 1 << 40

  /// What a workload goes by, as text: `footprint=67108864 seed=1 instructions=3 stride=4096`.
  public func description(for workload: SyntheticWorkload) -> String {
    let own = workload.settings.map { "\($0.rawValue)=\(text(of: $0))" }
    return
      (["footprint=\(footprint)", "seed=\(seed)", "instructions=\(instructions)"] + own).joined(
        separator: " ")
  }

  private func text(of setting: SyntheticSetting) -> String {
    switch setting {
    case .stride: String(stride)
    case .exponent: String(exponent)
    case .range: String(range)
    case .processes: String(processes)
    case .writes: String(writes)
    }
  }

  /// Throws where a workload cannot go by these.
  public func validate(for workload: SyntheticWorkload) throws(SyntheticError) {
    func require(_ isTrue: Bool, _ setting: String, _ allowed: String) throws(SyntheticError) {
      if !isTrue { throw SyntheticError(setting: setting, workload: workload, allowed: allowed) }
    }
    try require(
      footprint > 0 && footprint % 4096 == 0 && footprint <= Self.maximumFootprint, "footprint",
      "whole pages of 4K, up to 1T")
    try require(instructions <= 1024, "instructions", "0 to 1024")
    for setting in workload.settings {
      switch setting {
      case .stride:
        try require(stride > 0 && stride < footprint, "stride", "at least 1, less than the footprint")
      case .exponent: try require((0...16).contains(exponent), "exponent", "0 to 16")
      case .range:
        try require(
          range > 0 && range % 4096 == 0 && range <= footprint, "range",
          "whole pages of 4K, not more than the footprint")
      case .processes: try require((1...1024).contains(processes), "processes", "1 to 1024")
      case .writes: try require((1...pages).contains(writes), "writes", "1 to the pages of the footprint")
      }
    }
  }
}
