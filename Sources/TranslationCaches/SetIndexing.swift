/// How a page number, in units of the page's own size, chooses a set.
public enum SetIndexing: String, CaseIterable, Sendable {
  /// The remainder of the page number by the number of sets.
  case modulo
  /// Of 2^n sets, the lowest n bits of the page number XOR the n bits above them. Higher bits do not count.
  ///
  /// Of 128 sets it is TLB;DR's "XOR-7", `(VPN & 127) ^ ((VPN >> 7) & 127)`, found in Skylake's second level (its
  /// `helpers.c`, `[V]`). That other numbers of sets fold two groups of bits as well is an assumption of ours `[E]`.
  case xor

  /// Refuses a geometry whose sets cannot be chosen so.
  public func check(_ geometry: Geometry) throws(TranslationCacheError) {
    if self == .xor && geometry.sets.nonzeroBitCount != 1 {
      throw .setsNotPowerOfTwo(indexing: rawValue, geometry: geometry.description, sets: geometry.sets)
    }
  }
}
