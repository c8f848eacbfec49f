import Addressing
import PageTables

/// What a page table should say, kept as a dictionary of 4 KiB pages.
struct TableOracle {
  struct Page: Equatable {
    var output: UInt64
    var size: PageSize
    var permissions: UInt64
  }

  private(set) var pages: [UInt64: Page] = [:]

  /// The start of every page mapped, in order of mapping.
  private(set) var starts: [UInt64] = []

  mutating func map(_ input: UInt64, to output: UInt64, _ size: PageSize, permissions: UInt64) -> Bool {
    let range = numbers(input, size)
    guard !range.contains(where: { pages[$0] != nil }) else { return false }
    for number in range {
      let offset = (number << 12) - input
      pages[number] = Page(output: output + offset, size: size, permissions: permissions)
    }
    starts.append(input)
    return true
  }

  mutating func unmap(at input: UInt64) {
    guard let page = pages[input >> 12] else { return }
    let start = input & ~(page.size.bytes - 1)
    for number in numbers(start, page.size) { pages[number] = nil }
    starts.removeAll { $0 == start }
  }

  mutating func protect(at input: UInt64, permissions: UInt64) {
    guard let page = pages[input >> 12] else { return }
    for number in numbers(input & ~(page.size.bytes - 1), page.size) {
      pages[number]?.permissions = permissions
    }
  }

  mutating func split(at input: UInt64) {
    guard let page = pages[input >> 12], page.size != .size4K else { return }
    let smaller: PageSize = page.size == .size1G ? .size2M : .size4K
    let start = input & ~(page.size.bytes - 1)
    for number in numbers(start, page.size) { pages[number]?.size = smaller }
    starts.removeAll { $0 == start }
    starts += stride(from: start, to: start &+ page.size.bytes, by: Int(smaller.bytes))
  }

  private func numbers(_ input: UInt64, _ size: PageSize) -> Range<UInt64> {
    (input >> 12)..<((input >> 12) + size.basePages)
  }
}
