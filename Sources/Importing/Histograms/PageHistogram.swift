/// What a text that is no trace tells of each page.
public struct PageHistogram {
  private let format: HistogramFormat
  private var tally: PageTally

  /// Reads the whole of an input.
  ///
  /// - Parameter pageShift: log2 of the size, in bytes, of the pages that are told apart.
  /// - Throws: ``ImportError`` with the line where one cannot be read, where there are more different pages, or
  ///   names of events, than fit bounded memory, and where no line is of the format.
  public init(_ input: ByteInput, format: HistogramFormat, pageShift: Int) throws(ImportError) {
    self.format = format
    let counter = format.counter
    tally = PageTally(columns: counter.columns.count, pageShift: pageShift)
    var lines = LineReader(input)
    var isOfFormat = false
    var other: HistogramFormat?
    while let line = try lines.next() {
      if !isOfFormat {
        let known = HistogramFormat.allCases.filter { $0.counter.recognises(line, lines.buffer) }
        isOfFormat = known.contains(format)
        other = other ?? known.first
      }
      let hasRoom: Bool
      do {
        hasRoom = try counter.count(line, lines.buffer, &tally)
      } catch {
        throw lines.malformed(error.index, line.upperBound, expected: error.expected)
      }
      guard hasRoom else {
        throw .tooManyPages(at: lines.place(line.lowerBound), limit: PageTally.pageLimit)
      }
    }
    guard isOfFormat else { throw .nothingOfFormat(file: input.name, format, other: other) }
  }

  /// Comments with totals and a row of comma-separated values for each page, in order of addresses.
  public var csv: [UInt8] { tally.csv(format.counter.columns) }
}
