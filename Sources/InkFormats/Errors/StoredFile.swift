import InkTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Opening and naming files, with this module's errors.
package enum StoredFile {
  /// Maps a file read-only.
  static func map(_ path: String) throws(FormatError) -> Storage {
    do { return try MappedFile.open(path) } catch { throw FormatError(error, file: path) }
  }

  /// The bytes of a file.
  package static func read(_ path: String) throws(FormatError) -> [UInt8] {
    let storage = try map(path)
    return storage.bytes(in: 0..<storage.byteCount)
  }

  /// The bytes of a small file.
  package static func read(_ path: String, limit: Int) throws(FormatError) -> [UInt8] {
    let storage = try map(path)
    guard storage.byteCount <= limit else {
      throw FormatError(
        .outOfRange, file: path, expected: "at most \(limit) bytes", found: "\(storage.byteCount) bytes",
        hint: "This does not look like the file it is named after.")
    }
    return storage.bytes(in: 0..<storage.byteCount)
  }

  /// Writes a small file, whole or not at all, and compares it with what is read back.
  package static func write(_ bytes: [UInt8], to path: String) throws(FormatError) {
    do throws(TensorError) {
      let file = try AtomicFile(replacing: path)
      try file.write(bytes)
      try file.commit()
    } catch { throw FormatError(writing: error, file: path) }
    let storage = try map(path)
    guard storage.bytes(in: 0..<storage.byteCount) == bytes else {
      throw FormatError(
        .cannotWrite, file: path, context: "read back", expected: "\(bytes.count) bytes as they were written",
        found: "others", hint: "The disk or the file system may be faulty.")
    }
  }

  package static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// The names in a folder in alphabetical order; nil when it is not a folder that can be listed.
  static func list(_ folder: String) -> [String]? {
    do { return try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch { return nil }
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// The folder part of a path, "." when there is none.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }

  /// Whether a file name from inside another file stays in its folder.
  static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == 0x2f || $0 == 0x5c || $0 == 0 }
  }
}
