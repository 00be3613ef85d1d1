import InkTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder that appears whole or not at all: everything is written into a folder beside its place, which is renamed at
/// the end. Dropping it before ``finish()`` removes what was written.
package final class ExportFolder {
  /// Where the folder will be.
  package let destination: String
  /// Where its files are written until then.
  package let path: String
  private var isFinished = false

  /// Starts a folder.
  ///
  /// - Throws: `cannotWrite` when there is something else than an empty folder at that place.
  package init(_ destination: String) throws(FormatError) {
    var trimmed = destination
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    if StoredFile.exists(trimmed), StoredFile.list(trimmed)?.isEmpty != true {
      throw FormatError(
        .cannotWrite, file: trimmed, expected: "a new or empty folder", found: "something that is there already",
        hint: "Name another folder, or remove this one.")
    }
    self.destination = trimmed
    path = "\(trimmed).partial-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    do { try DiskFile.makeFolder(path) } catch { throw FormatError(writing: error, file: path) }
  }

  deinit {
    if !isFinished { try? FileManager.default.removeItem(atPath: path) }
  }

  /// The path of a file until ``finish()``.
  package func file(_ name: String) -> String { StoredFile.join(path, name) }

  /// Makes a folder inside this one.
  package func makeFolder(_ name: String) throws(FormatError) {
    do { try DiskFile.makeFolder(file(name)) } catch { throw FormatError(writing: error, file: file(name)) }
  }

  /// Writes a small file.
  package func write(_ bytes: [UInt8], to name: String) throws(FormatError) {
    try StoredFile.write(bytes, to: file(name))
  }

  /// Writes a JSON file as configuration files are published.
  package func write(_ object: JSONObject, to name: String) throws(FormatError) {
    try write(JSONWriter.bytes(.object(object), layout: .indented) + [0x0a], to: name)
  }

  /// Copies the files of a model folder that are no weights: configuration, tokenizer, templates, licence.
  ///
  /// - Parameter except: names that are left out.
  /// - Returns: what the folder holds besides and was not copied: folders and files of other formats.
  package func copyCompanions(of folder: String, except: Set<String> = []) throws(FormatError) -> [String] {
    var left: [String] = []
    for name in StoredFile.list(folder) ?? [] where !except.contains(name) {
      if ExportFolder.isWeights(name) || name == ChecksumList.fileName { continue }
      guard ExportFolder.isCompanion(name), DiskFile.size(of: StoredFile.join(folder, name)) != nil else {
        left.append(name)
        continue
      }
      let storage = try StoredFile.map(StoredFile.join(folder, name))
      try write(storage.bytes(in: 0..<storage.byteCount), to: name)
    }
    return left
  }

  private static func isWeights(_ name: String) -> Bool {
    [".safetensors", ".bin", ".pt", ".pth", ".gguf", ".index.json"].contains { name.hasSuffix($0) }
  }

  private static func isCompanion(_ name: String) -> Bool {
    [".json", ".jinja", ".model", ".tiktoken", ".txt", ".md"].contains { name.hasSuffix($0) }
      || name.hasPrefix("LICENSE") || name.hasPrefix("NOTICE")
  }

  /// Writes `SHA256SUMS` from what is on the disk and puts the folder in its place.
  ///
  /// - Returns: the list.
  package func finish() throws(FormatError) -> ChecksumList {
    let list = try ChecksumList.computing(path)
    try list.write(path)
    guard try ChecksumList.open(path) == list else {
      throw FormatError(.cannotWrite, file: file(ChecksumList.fileName), found: "another text than was written")
    }
    do { try DiskFile.move(path, to: destination) } catch { throw FormatError(writing: error, file: destination) }
    isFinished = true
    return list
  }
}
