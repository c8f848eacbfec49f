import Addressing
import PageTables

/// What a guest's kernel knows of one process.
struct GuestProcess: Sendable {
  /// The address space as the trace numbers it; nil where it does not.
  var addressSpace: UInt32?
  var root: PageTable<Virtual, Real>.Node
  var areas = AreaMap()
  /// Where the heap starts and ends, once the program break is known.
  var heap: Range<UInt64>?
  var touched = TouchedPages()
  var regions = KnownRegions()

  /// No process.
  static let none = GuestProcess(addressSpace: nil, root: -1)

  init(addressSpace: UInt32?, root: PageTable<Virtual, Real>.Node) {
    self.addressSpace = addressSpace
    self.root = root
  }
}
