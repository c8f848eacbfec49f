public import Addressing
public import Strategies

/// Something that watches a lane translate: a test's oracle, or an explanation for a reader.
public protocol TranslationObserver {
  /// The lane is about to apply a guest event of the running virtual machine.
  mutating func apply(_ event: Event, on platform: borrowing Platform)
  /// A virtual machine starts anew.
  mutating func restart(vm: Int)
  /// All accesses of a run were translated to one physical 4 KiB page.
  mutating func translated(_ run: PageRun, to physical: PhysicalAddress, on platform: borrowing Platform)
}

/// Watches nothing, and costs nothing.
struct NoObserver: TranslationObserver {
  @inline(__always) mutating func apply(_ event: Event, on platform: borrowing Platform) {}
  @inline(__always) mutating func restart(vm: Int) {}
  @inline(__always)
  mutating func translated(_ run: PageRun, to physical: PhysicalAddress, on platform: borrowing Platform) {}
}
