import Glibc

/// A folder that drmemtrace wrote: a file a thread or a core, among others that tell of the recording.
public enum DrmemtraceFolder {
  /// Whether a path is a folder's.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The files of the trace, by name: those whose names have `.trace` or `.memtrace` in them, in the folder `trace` where
  /// there is one.
  public static func files(in folder: String) throws(ImportError) -> [String] {
    let inner = folder + "/trace"
    let place = isFolder(inner) ? inner : folder
    guard let directory = opendir(place) else {
      throw .unreadable(file: place, reason: String(cString: strerror(errno)))
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      let path = place + "/" + name
      if name.contains(".trace") || name.contains(".memtrace"), !isFolder(path) { names.append(path) }
    }
    guard !names.isEmpty else { throw .noTraceInFolder(place) }
    return names.sorted()
  }
}
