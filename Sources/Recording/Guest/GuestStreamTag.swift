/// The records of the recorder's stream (`recorder/STREAM.md`).
enum GuestStreamTag: UInt8 {
  case header = 0x01
  case block = 0x02
  case enter = 0x03
  case leave = 0x04
  case load = 0x05
  case store = 0x06
  case tableStore = 0x10
  case tableLinked = 0x11
  case tableUnlinked = 0x12
  case rootRetired = 0x13
  case controlRegister = 0x14
  case invalidatePage = 0x15
  case invalidateContext = 0x16
  case pageFault = 0x17
  case memorySlot = 0x18
  case vcpu = 0x19
  case phase = 0x1a
  case end = 0x1b
  case memoryCall = 0x1c

  /// The version of the stream.
  static let version = 2
  static let magic: UInt32 = 0x5347_5750
  /// A real page that is not known.
  static let unknownPage = UInt32.max
  /// The position of what stands in no block that is kept.
  static let noPosition = UInt16.max
}
