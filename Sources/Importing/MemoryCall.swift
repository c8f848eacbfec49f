public import Addressing

/// A system call of Linux by which a program says what it maps. Calls of this kind are known by what they are, as their
/// numbers differ from processor to processor.
public enum MemoryCall: Sendable {
  case map
  case unmap
  case protect
  case remap
  case setBreak
  case advise

  /// The number of arguments without which the call has no meaning here.
  public var argumentCount: Int {
    switch self {
    case .map: 4
    case .unmap: 2
    case .protect, .remap, .advise: 3
    case .setBreak: 1
    }
  }

  /// What the call did to the address space, having succeeded; nil where that is nothing or cannot be said.
  ///
  /// - Parameters:
  ///   - arguments: As many as ``argumentCount`` says, or more.
  ///   - result: What the call returned.
  public func event(_ arguments: [UInt64], result: UInt64) -> Event? {
    guard arguments.count >= argumentCount else { return nil }
    let start = VirtualAddress(arguments[0])
    switch self {
    case .map:
      return .map(
        VirtualAddress(result), length: Self.pages(arguments[1]), Self.protection(arguments[2]),
        Self.mappingKind(arguments[3]))
    case .unmap: return .unmap(start, length: Self.pages(arguments[1]))
    case .protect:
      return .protect(start, length: Self.pages(arguments[1]), Self.protection(arguments[2]))
    case .remap:
      return .remap(
        start, oldLength: Self.pages(arguments[1]), to: VirtualAddress(result),
        newLength: Self.pages(arguments[2]))
    case .setBreak: return .programBreak(VirtualAddress(result))
    case .advise:
      return Self.advice(arguments[2]).map { .advise(start, length: Self.pages(arguments[1]), $0) }
    }
  }

  /// A length rounded up to whole pages, as the kernel does.
  private static func pages(_ length: UInt64) -> UInt64 { (length &+ 4095) & ~4095 }

  /// PROT_READ, PROT_WRITE and PROT_EXEC are bits 0 to 2 (asm-generic/mman-common.h [V]).
  private static func protection(_ bits: UInt64) -> Protection { Protection(rawValue: UInt8(bits & 7)) }

  /// By the flags of mmap: MAP_SHARED 1, MAP_ANONYMOUS 0x20, MAP_GROWSDOWN 0x100, MAP_STACK 0x20000,
  /// MAP_HUGETLB 0x40000 with the page's offset bits from bit 26 on, 0 meaning 2 MiB (asm-generic/mman.h [V]).
  private static func mappingKind(_ flags: UInt64) -> MappingKind {
    guard flags & 0x20 != 0 else { return .file }
    if flags & 0x40000 != 0 { return (flags >> 26) & 0x3f == 30 ? .huge1G : .huge2M }
    if flags & 0x20100 != 0 { return .stack }
    return flags & 1 != 0 ? .shared : .anonymous
  }

  /// MADV_DONTNEED 4, MADV_FREE 8, MADV_REMOVE 9, MADV_HUGEPAGE 14, MADV_NOHUGEPAGE 15, MADV_DONTNEED_LOCKED 24
  /// (asm-generic/mman-common.h [V]); other advice changes no translation.
  private static func advice(_ number: UInt64) -> Advice? {
    switch number {
    case 4, 9, 24: .discard
    case 8: .free
    case 14: .hugePages
    case 15: .noHugePages
    default: nil
    }
  }
}
