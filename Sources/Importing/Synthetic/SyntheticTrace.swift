import Addressing
public import Traces

/// A made-up trace without end: the same workload and settings give the same records and events every time.
///
///     var trace = try SyntheticTrace(.zipf, SyntheticSettings(.zipf))
///     let block = trace.next()
public struct SyntheticTrace {
  private var pattern: any SyntheticPattern
  private var program: SyntheticProgram

  /// Throws where the settings are out of bounds.
  public init(_ workload: SyntheticWorkload, _ settings: SyntheticSettings) throws(SyntheticError) {
    try settings.validate(for: workload)
    pattern = workload.pattern.init(settings, seed: settings.seed)
    program = SyntheticProgram(settings)
    pattern.begin(&program)
  }

  /// The next stretch of the trace, of some thousands of records.
  public mutating func next() -> RecordBlock {
    while !program.isBlockFull { pattern.step(&program) }
    return program.takeBlock()
  }
}
