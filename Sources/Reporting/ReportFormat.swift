/// A way to write results down. Writers append to a stream and open no files.
public protocol ReportFormat: Sendable {
  func write(_ document: ReportDocument, to output: inout some TextOutputStream)
}

extension ReportFormat {
  /// The report as one text.
  public func text(_ document: ReportDocument) -> String {
    var text = ""
    write(document, to: &text)
    return text
  }
}
