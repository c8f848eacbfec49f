/// The synthetic workloads; the raw value is the name on the command line.
public enum SyntheticWorkload: String, CaseIterable, Sendable {
  case uniform
  case zipf
  case strided
  case pointerChase = "pointer-chase"
  case gups
  case tableChurn = "table-churn"
  case forkStorm = "fork-storm"

  var pattern: any SyntheticPattern.Type {
    switch self {
    case .uniform: UniformPattern.self
    case .zipf: ZipfPattern.self
    case .strided: StridedPattern.self
    case .pointerChase: PointerChasePattern.self
    case .gups: GUPSPattern.self
    case .tableChurn: TableChurnPattern.self
    case .forkStorm: ForkStormPattern.self
    }
  }

  /// What the program does, in a line.
  public var summary: String { pattern.summary }

  /// The settings that it uses beside footprint, seed and instructions.
  public var settings: [SyntheticSetting] { pattern.settings }

  /// The memory that it uses unless told otherwise. In bytes.
  public var footprint: UInt64 { pattern.footprint }
}
