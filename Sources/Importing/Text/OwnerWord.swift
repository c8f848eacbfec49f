import Addressing

/// The words that name the parts of an owner in the text form.
enum OwnerWord: CaseIterable {
  case vm, vcpu, process, thread
  /// Stands alone, for an owner of whom nothing is known.
  case unknown

  var name: StaticString {
    switch self {
    case .vm: "vm"
    case .vcpu: "vcpu"
    case .process: "process"
    case .thread: "thread"
    case .unknown: "unknown"
    }
  }

  /// The word that these bytes spell, or nil.
  init?(_ bytes: [UInt8], _ field: Range<Int>) {
    // Lines that start with an access are many; none of those words starts like these.
    switch bytes[field.lowerBound] {
    case 0x70, 0x74, 0x75, 0x76: break
    default: return nil
    }
    let word = Self.allCases.first { word in
      word.name.utf8CodeUnitCount == field.count
        && bytes.matches(word.name, field.lowerBound, field.upperBound)
    }
    guard let word else { return nil }
    self = word
  }

  /// The part of the owner; `unknown` names none of them, and has no number.
  func set(_ number: UInt32, in owner: inout Owner) {
    switch self {
    case .vm: owner.vm = number
    case .vcpu: owner.vcpu = number
    case .process: owner.addressSpace = number
    case .thread: owner.thread = number
    case .unknown: break
    }
  }

  /// The part's number, nil where unknown.
  func number(in owner: Owner) -> UInt32? {
    switch self {
    case .vm: owner.vm
    case .vcpu: owner.vcpu
    case .process: owner.addressSpace
    case .thread: owner.thread
    case .unknown: nil
    }
  }
}
