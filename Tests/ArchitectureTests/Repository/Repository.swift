import Foundation

/// The checkout these tests were compiled in, read as text.
struct Repository: Sendable {
  let root: URL

  /// The repository that holds this file: three folders up.
  static let current: Repository = {
    var root = URL(filePath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return Repository(root: root)
  }()

  func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path)
  }

  /// Names of the folders directly inside a folder, sorted.
  func folders(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path)
      .filter { name in
        var isFolder: ObjCBool = false
        let found = FileManager.default.fileExists(
          atPath: root.appending(path: path).appending(path: name).path, isDirectory: &isFolder)
        return found && isFolder.boolValue && !name.hasPrefix(".")
      }
      .sorted()
  }

  /// Every file under `folder` whose extension is one of `extensions`, sorted by path.
  func files(under folder: String, extensions: Set<String>) -> [SourceFile] {
    let base = root.appending(path: folder)
    guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
    var paths: [String] = []
    while let path = walk.nextObject() as? String {
      if extensions.contains(URL(filePath: path).pathExtension) { paths.append(folder + "/" + path) }
    }
    return paths.sorted().compactMap { path in
      (try? text(path)).map { SourceFile(path: path, text: $0) }
    }
  }
}
