import Addressing

/// A physical page that backs real memory.
struct HostPage: Equatable, Sendable {
  var base: PhysicalAddress
  var size: PageSize
}
