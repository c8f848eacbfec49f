extension TraceWriter {
  /// Appends all records and events of a decoded block, in order and with their owners.
  public func append(_ block: RecordBlock) throws(TraceError) {
    try block.forEachStretch { event, owner throws(TraceError) in
      select(owner)
      try append(event)
    } accesses: { accesses, owner throws(TraceError) in
      select(owner)
      try append(accesses)
    }
  }
}
