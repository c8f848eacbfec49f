import Addressing
import PageTables

/// A guest's frames of real memory, with the number of page tables that map each.
///
/// A frame is shared after a fork. One that was handed out whole and is mapped in pieces, after a large page was
/// split, goes back when its last piece does.
struct FrameLedger: Sendable {
  private var frames: SelectedAllocator<Real>
  /// Mappings of each frame or piece that has more than one.
  private var sharers: [Block: UInt32] = [:]
  /// Pieces still in use of each block that was split.
  private var piecesLeft: [Block: UInt32] = [:]

  private struct Block: Hashable {
    var frame: RealAddress
    var size: PageSize

    /// The block of the next larger size that holds it.
    var whole: Block? {
      guard let size = PageSize(leafLevel: size.leafLevel + 1) else { return nil }
      return Block(frame: frame.alignedDown(to: size), size: size)
    }

    /// Its 512 parts of the next smaller size.
    var parts: [Block] {
      guard let size = PageSize(leafLevel: size.leafLevel - 1) else { return [] }
      return (0..<512).map { Block(frame: frame.advanced(by: $0 << size.shift), size: size) }
    }
  }

  init(_ frames: SelectedAllocator<Real>) { self.frames = frames }

  /// Bytes handed out; those of a split frame until its last piece is free.
  var usedBytes: UInt64 { frames.allocatedBytes }

  /// A frame with one user.
  mutating func allocate(_ size: PageSize) throws(GuestError) -> RealAddress {
    do { return try frames.allocate(size) } catch { throw .outOfRealMemory(error) }
  }

  /// Whether another mapping of the frame exists.
  func isShared(_ frame: RealAddress, _ size: PageSize) -> Bool {
    let block = Block(frame: frame, size: size)
    if piecesLeft[block] != nil { return block.parts.contains { isShared($0.frame, $0.size) } }
    return sharers[block] != nil
  }

  /// Notes one more mapping.
  mutating func share(_ frame: RealAddress, _ size: PageSize) {
    let block = Block(frame: frame, size: size)
    guard piecesLeft[block] == nil else {
      for part in block.parts { share(part.frame, part.size) }
      return
    }
    sharers[block, default: 1] += 1
  }

  /// Notes that some mapping of the frame is in pieces from now on.
  mutating func split(_ frame: RealAddress, _ size: PageSize) {
    let block = Block(frame: frame, size: size)
    guard piecesLeft[block] == nil else { return }
    piecesLeft[block] = 512
    guard let users = sharers.removeValue(forKey: block) else { return }
    for part in block.parts { sharers[part] = users }
  }

  /// Takes a mapping back; the last one frees the frame.
  mutating func release(_ frame: RealAddress, _ size: PageSize) { release(Block(frame: frame, size: size)) }

  private mutating func release(_ block: Block) {
    if piecesLeft[block] != nil {
      for part in block.parts { release(part) }
    } else if let users = sharers[block] {
      sharers[block] = users > 2 ? users - 1 : nil
    } else if let whole = block.whole, let left = piecesLeft[whole] {
      piecesLeft[whole] = left > 1 ? left - 1 : nil
      if left == 1 { release(whole) }
    } else {
      frames.free(block.frame, size: block.size)
    }
  }
}
