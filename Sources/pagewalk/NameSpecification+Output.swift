import ArgumentParser

extension NameSpecification {
  /// The names of what a command writes: `-o FILE`, `-oFILE`, `--output FILE`.
  static let output: NameSpecification = [.customShort("o", allowingJoined: true), .customLong("output")]
}
