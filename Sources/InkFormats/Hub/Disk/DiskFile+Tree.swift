#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension DiskFile {
  /// The last component of a path.
  package static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// Removes a file or a folder with all that is in it, not following links; a missing one is fine.
  package static func removeTree(_ path: String) {
    switch kind(of: path) {
    case .missing: return
    case .folder:
      // A failure shows when the folder is used next.
      try? FileManager.default.removeItem(atPath: path)
    case .regular, .link, .other: remove(path)
    }
  }

  /// The bytes of all regular files below a folder.
  package static func treeSize(_ folder: String) -> UInt64 { regularFileSizes(below: folder).reduce(0, &+) }

  /// The length of the largest regular file below a folder.
  package static func largestFile(_ folder: String) -> UInt64 { regularFileSizes(below: folder).max() ?? 0 }

  private static func regularFileSizes(below folder: String) -> [UInt64] {
    var sizes: [UInt64] = []
    var waiting = [folder]
    while let place = waiting.popLast() {
      for name in names(in: place) {
        let path = place + "/" + name
        switch kind(of: path) {
        case .folder: waiting.append(path)
        case .regular: sizes.append(size(of: path) ?? 0)
        case .link, .missing, .other: break
        }
      }
    }
    return sizes
  }

  /// The names in a folder, sorted; empty when there is no such folder.
  package static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}
