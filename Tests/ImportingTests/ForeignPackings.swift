import Foundation

/// Packed bytes, made from the packings' descriptions or by other programs.
enum ForeignPackings {
  /// Snappy's framing format: chunks in turn compressed and not, with and without checksums, and one to be skipped.
  static func snappy(_ bytes: [UInt8], chunk size: Int = 1 << 16) -> [UInt8] {
    var result: [UInt8] = [0xff, 6, 0, 0] + Array("sNaPpY".utf8) + chunk(0x80, [1, 2, 3])
    for (index, start) in stride(from: 0, to: bytes.count, by: size).enumerated() {
      let part = Array(bytes[start..<min(start + size, bytes.count)])
      let checksum = littleEndian(masked(crc32c(part)), 4)
      switch index % 4 {
      case 0: result += chunk(0, checksum + snappyBlock(part))
      case 1: result += chunk(1, checksum + part)
      case 2: result += chunk(2, snappyBlock(part))
      default: result += chunk(3, part)
      }
    }
    return result
  }

  private static func chunk(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [type] + littleEndian(UInt32(body.count), 3) + body
  }

  /// Snappy's compressed data: where the 8 bytes to come have been seen, a copy of as many as are the same, else
  /// literals.
  static func snappyBlock(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var size = bytes.count
    repeat {
      result.append(UInt8(size & 0x7f) | (size > 0x7f ? 0x80 : 0))
      size >>= 7
    } while size > 0
    var seen: [[UInt8]: Int] = [:]
    var literal: [UInt8] = []
    func flush() {
      guard !literal.isEmpty else { return }
      let count = literal.count - 1
      result +=
        count < 60
        ? [UInt8(count << 2)]
        : count < 256 ? [60 << 2, UInt8(count)] : [61 << 2] + littleEndian(UInt32(count), 2)
      result += literal
      literal = []
    }
    var at = 0
    while at < bytes.count {
      let next = Array(bytes[at..<min(at + 8, bytes.count)])
      if next.count == 8, let before = seen[next] {
        var count = 8
        while count < 64, at + count < bytes.count, bytes[before + count] == bytes[at + count] { count += 1 }
        flush()
        let distance = UInt32(at - before)
        if count <= 11 && distance < 2048 {
          result += [UInt8(1 | (count - 4) << 2 | Int(distance >> 8) << 5), UInt8(distance & 0xff)]
        } else if count % 2 == 0 {
          result += [UInt8(2 | (count - 1) << 2)] + littleEndian(distance, 2)
        } else {
          result += [UInt8(3 | (count - 1) << 2)] + littleEndian(distance, 4)
        }
        at += count
      } else {
        if next.count == 8 { seen[next] = at }
        literal.append(bytes[at])
        at += 1
      }
    }
    flush()
    return result
  }

  /// Bit by bit, by RFC 3720, appendix B.4.
  private static func crc32c(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { checksum, byte in
      (0..<8).reduce(checksum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1) &* 0x82f6_3b78 }
    }
  }

  private static func masked(_ checksum: UInt32) -> UInt32 {
    (checksum >> 15 | checksum << 17) &+ 0xa282_ead8
  }

  private static func littleEndian(_ value: UInt32, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }

  /// How Python's zipfile is to write: stored or deflated, sizes in front or behind, in 32 or 64 bits.
  enum Zip: String, CaseIterable {
    case stored, deflated, streamed, large
  }

  /// An archive of one file, or of the parts of it that are named, written by Python's zipfile.
  static func zip(_ kind: Zip, _ parts: [(name: String, bytes: [UInt8])]) throws -> [UInt8] {
    let script = """
      import base64, io, sys, zipfile
      kind = sys.argv[1]
      class Pipe(io.RawIOBase):
          def __init__(self): self.data = b""
          def writable(self): return True
          def write(self, data): self.data += bytes(data); return len(data)
      pipe = Pipe() if kind == "streamed" else io.BytesIO()
      method = zipfile.ZIP_STORED if kind == "stored" else zipfile.ZIP_DEFLATED
      with zipfile.ZipFile(pipe, "w", method) as archive:
          for line in sys.stdin:
              name, _, data = line.rstrip("\\n").partition(" ")
              with archive.open(name, "w", force_zip64=kind == "large") as file:
                  file.write(base64.b64decode(data))
      data = pipe.data if kind == "streamed" else pipe.getvalue()
      sys.stdout.buffer.write(data)
      """
    let lines = parts.map { "\($0.name) \(Data($0.bytes).base64EncodedString())\n" }
    return try python(script, [kind.rawValue], Data(lines.joined().utf8))
  }

  /// The format of RFC 1950, written by Python's zlib.
  static func zlib(_ bytes: [UInt8], level: Int = 6) throws -> [UInt8] {
    let script =
      "import sys, zlib; sys.stdout.buffer.write(zlib.compress(sys.stdin.buffer.read(), int(sys.argv[1])))"
    return try python(script, ["\(level)"], Data(bytes))
  }

  /// What a script writes that is given some input.
  private static func python(_ script: String, _ arguments: [String], _ data: Data) throws -> [UInt8] {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: data)
    try input.fileHandleForWriting.close()
    let result = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return [UInt8](result)
  }
}
