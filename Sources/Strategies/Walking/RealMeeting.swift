import Addressing
import PageTables
import TranslationCaches

/// A real address that a walk met and that is to be translated, and what the real map table maps there.
struct RealMeeting: Equatable, Sendable {
  /// The start of the 4 KiB page, and in the low bits the cause of the walk.
  private var realAndCause: UInt64
  /// The first byte of the physical page, and in the low bits its size; all ones and in the low bits a level where there
  /// is none.
  private var pageAndSize: UInt64

  /// - Parameter missingLevel: The level of the last entry read of a radix map where there is no page.
  init(_ real: RealAddress, _ page: HostPage?, missingLevel: UInt8, _ cause: WalkCause) {
    realAndCause = real.rawValue & ~4095 | UInt64(cause.rawValue)
    pageAndSize =
      page.map { $0.base.rawValue | UInt64($0.size.rawValue) } ?? Self.noPage | UInt64(missingLevel)
  }

  private static var noPage: UInt64 { ~255 }

  var real: RealAddress { RealAddress(realAndCause & ~4095) }
  var cause: WalkCause { WalkCause(rawValue: UInt8(truncatingIfNeeded: realAndCause & 255)) }
  var page: HostPage? {
    guard pageAndSize < Self.noPage,
      let size = PageSize(rawValue: UInt8(truncatingIfNeeded: pageAndSize & 255))
    else { return nil }
    return HostPage(base: PhysicalAddress(pageAndSize & ~4095), size: size)
  }

}

/// Its walk of a radix map.
extension RealMeeting: KnownWalk {
  var address: UInt64 { realAndCause & ~4095 }

  var endLevel: Int { page?.size.leafLevel ?? Int(truncatingIfNeeded: pageAndSize & 255) }
}
