/// The constants of the container: versions and the largest sizes that a reader accepts.
///
/// `Container.md` is the specification; the limits are checked before anything is allocated (semantics rule 29).
public enum TraceFormat {
  /// A reader refuses every other major version.
  public static let majorVersion: UInt8 = 1
  /// Counts additions that older readers may ignore; a header that has one says so.
  public static let minorVersion: UInt8 = 0
  /// Records that the writer puts in a block; a reader accepts up to ``maximumRecordsPerBlock``.
  public static let recordsPerBlock = 1 << 18
  public static let maximumRecordsPerBlock = 1 << 20
  public static let maximumEventsPerBlock = 1 << 20
  /// The largest inflated size of a member. In bytes.
  public static let maximumInflatedSize = 1 << 25
  /// The largest compressed size of a member: what deflate may need at worst for ``maximumInflatedSize``. In bytes.
  public static let maximumCompressedSize = (1 << 25) + (1 << 16)
  /// The largest size of one text of the header, in UTF-8. In bytes.
  public static let maximumTextSize = 1 << 16
  /// Blocks described by one index member.
  public static let blocksPerIndex = 4096
  /// The writer puts a checkpoint before every so many blocks, unless the state is too large for one.
  public static let checkpointInterval: UInt32 = 64
  /// Records in one basic block of the dictionary, at most.
  static let recordsPerBasicBlock = 64
}
