import Addressing

/// Encodes the data addresses of basic blocks that are known, slot by slot (`Codecs.md`, "Data addresses").
struct SlotEncoder {
  /// How the address of one data slot is predicted.
  private struct Slot {
    var last: UInt64
    var stride: UInt64 = 0
    var spatial: UInt64 = 0
  }

  private var slots: [Slot] = []
  private var previous: UInt64 = 0
  private(set) var choices: [UInt8] = []
  private(set) var literals = LiteralEncoder()

  var count: Int { slots.count }

  /// Makes the slot of an address that stands in a definition.
  mutating func define(_ address: UInt64) {
    slots.append(Slot(last: address, spatial: address &- previous))
    previous = address
  }

  /// Encodes the data addresses of a basic block, whose slots start at `firstSlot`, by a choice of two bits each: 0 for
  /// the slot's last address and its stride, 1 for the data record before and the distance to it, 2 for the last address
  /// again, 3 for a literal.
  @inline(__always)
  mutating func append(_ records: Span<Access>, _ range: Range<Int>, firstSlot: Int) {
    var number = firstSlot
    var byte: UInt8 = 0
    var shift: UInt8 = 0
    for index in range where records[index].kind != .fetch {
      let address = records[index].address.rawValue
      let slot = slots[number]
      // Without branches: which of the predictions holds is itself hard to predict.
      var choice: UInt8 = address == slot.last ? 2 : 3
      choice = address == Canonical.extend(previous &+ slot.spatial) ? 1 : choice
      choice = address == Canonical.extend(slot.last &+ slot.stride) ? 0 : choice
      if choice == 3 { literals.append(address &- slot.last, slot: number) }
      slots[number] = Slot(last: address, stride: address &- slot.last, spatial: address &- previous)
      previous = address
      number += 1
      byte |= choice &<< shift
      shift += 2
      if shift == 8 {
        choices.append(byte)
        (byte, shift) = (0, 0)
      }
    }
    if shift > 0 { choices.append(byte) }
  }
}
