/// A setting that some synthetic workloads have and others have no use for.
public enum SyntheticSetting: String, CaseIterable, Sendable {
  case stride
  case exponent
  case range
  case processes
  case writes
}
