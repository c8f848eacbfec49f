import Addressing
import PageTables

/// A real address that a walk met and that is to be translated, and what the real map table maps there.
struct RealMeeting: Equatable, Sendable {
  /// The start of the 4 KiB page, and in the low bits the cause of the walk.
  private var realAndCause: UInt64
  /// The first byte of the physical page, and in the low bits its size; all ones where there is none.
  private var pageAndSize: UInt64

  init(_ real: RealAddress, _ page: HostPage?, _ cause: WalkCause) {
    realAndCause = real.rawValue & ~4095 | UInt64(cause.rawValue)
    pageAndSize = page.map { $0.base.rawValue | UInt64($0.size.rawValue) } ?? .max
  }

  var real: RealAddress { RealAddress(realAndCause & ~4095) }
  var cause: WalkCause { WalkCause(rawValue: UInt8(truncatingIfNeeded: realAndCause & 255)) }
  var page: HostPage? {
    guard pageAndSize != .max, let size = PageSize(rawValue: UInt8(truncatingIfNeeded: pageAndSize & 255))
    else { return nil }
    return HostPage(base: PhysicalAddress(pageAndSize & ~4095), size: size)
  }
}
