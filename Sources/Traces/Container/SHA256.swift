private import CSHA256

/// SHA-256 (FIPS 180-4), for digests of traces and of the files that they come from.
///
/// By the processor's own instructions where it has them: plain code took longer to hash a file of binary records than
/// the rest of importing it.
public struct SHA256 {
  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hasher = SHA256()
    hasher.update(bytes)
    return hasher.finish()
  }

  /// The digits of a digest, in lower case.
  public static func hexadecimal(_ digest: [UInt8]) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private let usesInstructions: Bool

  /// - Parameter instructions: whether the processor's instructions may be used; plain code gives the same.
  public init(instructions: Bool = true) {
    usesInstructions = instructions && sha256_blocks_available() != 0
  }

  public mutating func update(_ bytes: [UInt8]) { update(bytes.span.bytes) }

  public mutating func update(_ bytes: RawSpan) {
    length += UInt64(bytes.byteCount)
    var rest = bytes
    if !pending.isEmpty {
      let missing = rest.extracting(first: 64 - pending.count)
      missing.withUnsafeBytes { pending += $0 }
      rest = rest.extracting(droppingFirst: missing.byteCount)
      guard pending.count == 64 else { return }
      let block = pending
      pending = []
      compress(block.span.bytes)
    }
    let whole = rest.byteCount & ~63
    compress(rest.extracting(first: whole))
    rest.extracting(droppingFirst: whole).withUnsafeBytes { pending += $0 }
  }

  /// The 32 bytes of the digest. Once only.
  public mutating func finish() -> [UInt8] {
    let bits = length * 8
    var padding: [UInt8] = [0x80]
    padding += [UInt8](repeating: 0, count: (119 - Int(length % 64)) % 64)
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      padding.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    update(padding)
    return state.flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  /// Takes whole blocks of 64 bytes.
  private mutating func compress(_ blocks: RawSpan) {
    if usesInstructions {
      blocks.withUnsafeBytes { bytes in
        bytes.withMemoryRebound(to: UInt8.self) { sha256_blocks(&state, $0.baseAddress, $0.count / 64) }
      }
    } else {
      for start in stride(from: 0, to: blocks.byteCount, by: 64) { compress(blocks, at: start) }
    }
  }

  private mutating func compress(_ block: RawSpan, at start: Int) {
    var schedule = InlineArray<64, UInt32>(repeating: 0)
    let constants = Self.constants
    for index in 0..<16 {
      schedule[index] = UInt32(
        bigEndian: block.unsafeLoadUnaligned(fromByteOffset: start + index * 4, as: UInt32.self))
    }
    for index in 16..<64 {
      let before15 = schedule[index - 15]
      let before2 = schedule[index - 2]
      let s0 = Self.rotate(before15, 7) ^ Self.rotate(before15, 18) ^ before15 >> 3
      let s1 = Self.rotate(before2, 17) ^ Self.rotate(before2, 19) ^ before2 >> 10
      schedule[index] = schedule[index - 16] &+ s0 &+ schedule[index - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let s1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
      let first = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ constants[index] &+ schedule[index]
      let s0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
      let second = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
  }

  @inline(__always) private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
    0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
    0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
    0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
    0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
  ]
}
