/// The version of the rules that numbers follow.
public enum ModelVersion {
  /// Raised whenever the same trace on the same machine may give other counts: rows of different versions do not
  /// compare.
  public static let current = "3"
}
