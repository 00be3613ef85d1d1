import Foundation

/// Files inside one folder, and nothing else: paths with `..`, absolute paths and symbolic links cannot lead out of it.
public struct FolderAccess: Sendable {
  /// The folder, with its own symbolic links resolved.
  private let root: String
  private let largest: Int

  /// Access to a folder.
  ///
  /// - Parameter largest: the most bytes of a file that are read or written.
  /// - Throws: `invalidSetting` when there is no folder at the path.
  public init(_ folder: String, largest: Int = 1 << 20) throws(ChainError) {
    let resolved = URL(fileURLWithPath: folder, isDirectory: true).resolvingSymlinksInPath().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: resolved, isDirectory: &isFolder), isFolder.boolValue else {
      throw ChainError(.invalidSetting, context: "folder of a tool", expected: "an existing folder", found: folder)
    }
    root = resolved
    self.largest = largest
  }

  /// The text of a file.
  public func read(_ path: String) throws(ChainError) -> String {
    let place = try resolved(path)
    // Opening a pipe or a device could wait without end, or do something.
    if let kind = Self.kind(of: place), kind != .typeRegular {
      throw ChainError(
        .tool, context: path, expected: "a file that can be read",
        found: kind == .typeDirectory ? "a folder" : "something that is no plain file")
    }
    let bytes: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: place))
      defer { try? handle.close() }
      bytes = try handle.read(upToCount: largest + 1) ?? Data()
    } catch {
      throw ChainError(.tool, context: path, expected: "a file that can be read", found: "none")
    }
    guard bytes.count <= largest else {
      throw ChainError(.refused, context: path, expected: "at most \(largest) bytes", found: "more")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ChainError(.tool, context: path, expected: "text in UTF-8", found: "other bytes")
    }
    return text
  }

  /// Puts a text in the place of a file; folders on the way are made.
  public func write(_ text: String, to path: String) throws(ChainError) {
    guard text.utf8.count <= largest else {
      throw ChainError(.refused, context: path, expected: "at most \(largest) bytes", found: "\(text.utf8.count)")
    }
    let target = try resolved(path)
    if let kind = Self.kind(of: target), kind != .typeRegular {
      throw ChainError(
        .tool, context: path, expected: "the name of a file",
        found: kind == .typeDirectory ? "a folder" : "something that is no plain file")
    }
    let place = URL(fileURLWithPath: target)
    do {
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      // Atomic: written beside and renamed, so that a link put there meanwhile is replaced and not followed.
      try Data(text.utf8).write(to: place, options: .atomic)
    } catch {
      throw ChainError(.tool, context: path, expected: "a place that can be written", found: "\(error)")
    }
  }

  /// The names in a folder, in order; folders end in `/`.
  public func list(_ path: String) throws(ChainError) -> [String] {
    let place = try resolved(path)
    do {
      return try FileManager.default.contentsOfDirectory(atPath: place).sorted().map { name in
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: place + "/" + name, isDirectory: &isFolder)
        return isFolder.boolValue ? name + "/" : name
      }
    } catch {
      throw ChainError(.tool, context: path, expected: "a folder", found: "none")
    }
  }

  /// What there is at a place; nil for nothing.
  private static func kind(of place: String) -> FileAttributeType? {
    (try? FileManager.default.attributesOfItem(atPath: place))?[.type] as? FileAttributeType
  }

  /// The real path that a path inside the folder stands for.
  ///
  /// Every part is looked at on its own, so that a link in the middle is seen, and so is one at the end that leads
  /// nowhere yet.
  private func resolved(_ path: String) throws(ChainError) -> String {
    func refuse(_ found: String) -> ChainError {
      ChainError(
        .refused, context: "path \"\(path)\"", expected: "a path inside the folder", found: found,
        hint: "Use a relative path without \"..\".")
    }
    guard !path.hasPrefix("/"), !path.hasPrefix("~") else { throw refuse("an absolute path") }
    guard !path.utf8.contains(0) else { throw refuse("a zero byte") }
    var place = root
    for part in path.split(separator: "/") where part != "." {
      guard part != ".." else { throw refuse("\"..\"") }
      place += "/" + part
      if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place) {
        let real = URL(fileURLWithPath: place).resolvingSymlinksInPath().path
        let isDangling = !FileManager.default.fileExists(atPath: real)
        guard !isDangling, real == root || real.hasPrefix(root + "/") else {
          throw refuse("a symbolic link to \(target)")
        }
        place = real
      }
    }
    return place
  }
}
