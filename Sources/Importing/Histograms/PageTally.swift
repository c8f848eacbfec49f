/// Counts by page, and totals that belong to no page, in bounded memory.
struct PageTally {
  /// The most pages that are told apart: with eight columns 32 MiB of counts.
  static let pageLimit = 1 << 19
  /// The most totals.
  static let totalLimit = 1 << 10

  /// log2 of the page size in bytes.
  let pageShift: Int
  private let width: Int
  private var rows: [UInt64: Int] = [:]
  /// The counts of all columns of the first page, then of the next.
  private var counts: [UInt64] = []
  private var totals: [String: UInt64] = [:]

  init(columns: Int, pageShift: Int) {
    width = columns
    self.pageShift = pageShift
  }

  /// Adds one to each column of the page of `address` whose bit is set; false where there are too many pages.
  mutating func count(_ address: UInt64, _ columns: UInt64) -> Bool {
    let page = address >> UInt64(pageShift)
    let row: Int
    if let known = rows[page] {
      row = known
    } else {
      guard rows.count < Self.pageLimit else { return false }
      row = rows.count
      rows[page] = row
      counts += repeatElement(0, count: width)
    }
    var rest = columns
    while rest != 0 {
      counts[row * width + rest.trailingZeroBitCount] += 1
      rest &= rest - 1
    }
    return true
  }

  /// Adds one to a total; false where there are too many of them.
  mutating func count(total name: String) -> Bool {
    guard totals[name] != nil || totals.count < Self.totalLimit else { return false }
    totals[name, default: 0] += 1
    return true
  }

  /// The totals as comments, then the names of the columns, then a row for each page; both in order.
  func csv(_ columns: [String]) -> [UInt8] {
    var output: [UInt8] = []
    for (name, count) in totals.sorted(by: { $0.key < $1.key }) { output.append("# \(name): \(count)\n") }
    output.append((["page"] + columns).joined(separator: ",") + "\n")
    for (page, row) in rows.sorted(by: { $0.key < $1.key }) {
      output.append("0x")
      output.append(hexadecimal: page << UInt64(pageShift))
      for column in 0..<width {
        output.append(",")
        output.append(decimal: counts[row * width + column])
      }
      output.append("\n")
    }
    return output
  }
}
