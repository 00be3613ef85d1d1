/// The files that paths, folders and patterns stand for, always in the same order.
struct FileSelection: Sendable {
  /// The files: those of one path or pattern sorted by their bytes, one path after the other, each file once.
  private(set) var paths: [String] = []
  /// Files in named folders that are left out because of their extension.
  private(set) var ignored: [String] = []

  private let files: any DataFiles
  private static let depthLimit = 32

  /// - Throws: `DataError` for a path that does not exist and for a pattern that matches nothing.
  init(_ patterns: [String], in files: any DataFiles) throws(DataError) {
    self.files = files
    var seen: Set<String> = []
    for pattern in patterns {
      var found = try expand(pattern)
      found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      for path in found where seen.insert(path).inserted { paths.append(path) }
    }
    ignored.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private mutating func expand(_ pattern: String) throws(DataError) -> [String] {
    switch files.kind(of: pattern) {
    case .file: return [pattern]
    case .folder: return try readable(in: pattern)
    case .missing: break
    }
    guard FilePattern.isPattern(pattern) else {
      throw DataError(.file, context: pattern, found: "nothing", hint: "Check the path; relative paths start here.")
    }
    var result: [String] = []
    let parts = pattern.split(separator: "/").map(String.init)
    try match(parts[...], under: pattern.hasPrefix("/") ? "/" : "", depth: 0, into: &result)
    if result.isEmpty {
      throw DataError(
        .file, context: pattern, expected: "at least one file that matches", found: "none",
        hint: "Wildcards are *, ?, [a-z] and ** for folders inside one another.")
    }
    return result
  }

  private func match(
    _ parts: ArraySlice<String>, under folder: String, depth: Int, into result: inout [String]
  ) throws(DataError) {
    guard let part = parts.first, depth < Self.depthLimit else { return }
    let rest = parts.dropFirst()
    guard FilePattern.isPattern(part) else {
      return try descend(into: joined(folder, part), rest, depth, &result)
    }
    let place = folder.isEmpty ? "." : folder
    guard files.kind(of: place) == .folder else { return }
    if part == "**" {
      // No folder at all, or one folder and again any number of them.
      try match(rest, under: folder, depth: depth + 1, into: &result)
      for name in try files.names(in: place) where !name.hasPrefix(".") {
        let path = joined(folder, name)
        switch files.kind(of: path) {
        case .folder: try match(parts, under: path, depth: depth + 1, into: &result)
        case .file: if rest.isEmpty { result.append(path) }
        case .missing: break
        }
      }
      return
    }
    let wanted = FilePattern(part)
    for name in try files.names(in: place) where wanted.matches(name) {
      try descend(into: joined(folder, name), rest, depth, &result)
    }
  }

  private func descend(
    into path: String, _ rest: ArraySlice<String>, _ depth: Int, _ result: inout [String]
  ) throws(DataError) {
    switch files.kind(of: path) {
    case .file: if rest.isEmpty { result.append(path) }
    case .folder: try match(rest, under: path, depth: depth + 1, into: &result)
    case .missing: break
    }
  }

  /// The files in a folder and the folders inside it whose extension says how to read them.
  private mutating func readable(in folder: String) throws(DataError) -> [String] {
    var result: [String] = []
    var waiting = [(folder, 0)]
    while let (folder, depth) = waiting.popLast() {
      for name in try files.names(in: folder) where !name.hasPrefix(".") {
        let path = joined(folder, name)
        switch files.kind(of: path) {
        case .folder: if depth < Self.depthLimit { waiting.append((path, depth + 1)) }
        case .file: if FileLayout.isKnown(path) { result.append(path) } else { ignored.append(path) }
        case .missing: break
        }
      }
    }
    if result.isEmpty {
      throw DataError(
        .file, context: folder, expected: "files of \(FileLayout.readableExtensions)", found: "none in the folder")
    }
    return result
  }

  private func joined(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
