import PageTables
import TranslationCaches

/// What a path of table entries allows: x86 ANDs the write bits and ORs the no-execute bits of all levels
/// (Intel SDM volume 3, section 4.6).
struct PathPermissions: Hashable, Sendable {
  var isWritable: Bool
  var isExecutable: Bool

  static let all = PathPermissions(isWritable: true, isExecutable: true)

  init(isWritable: Bool, isExecutable: Bool) {
    self.isWritable = isWritable
    self.isExecutable = isExecutable
  }

  /// What the entries above a cached table allow.
  init(_ hit: PageWalkCache.Hit) {
    self.init(isWritable: hit.isWritable, isExecutable: hit.isExecutable)
  }

  /// The cache entry of a table that this path leads to.
  func cached(node: Int32, level: Int) -> PageWalkCache.Hit {
    .init(node: node, level: level, isWritable: isWritable, isExecutable: isExecutable)
  }

  mutating func narrow(by entry: PageTableEntry) {
    isWritable = isWritable && entry.isWritable
    isExecutable = isExecutable && !entry.isNoExecute
  }

  func allows(_ request: TranslationRequest) -> Bool {
    (isWritable || !request.isWrite) && (isExecutable || !request.isFetch)
  }
}
