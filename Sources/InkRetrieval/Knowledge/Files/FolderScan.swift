/// The files of a folder that will be read, and what is left alone.
struct FolderScan: Sendable {
  /// A file that will be read.
  struct File: Sendable, Hashable {
    /// Path relative to the folder, which is the document's name.
    var name: String
    /// The absolute path.
    var path: String
    var status: FileStatus
  }

  /// The files in the order of their names.
  var files: [File] = []
  /// What is left alone, and folders that could not be gone through.
  var others: [DocumentOutcome] = []

  private let disk: any DocumentFiles
  private let limits: IngestionLimits
  private let fileExtensions: Set<String>
  /// The folder with all links followed, for telling what leads out of it.
  private let root: String

  /// Goes through a folder.
  ///
  /// - Throws: `notFound` or `file` for the folder itself; `tooLarge` for more files than allowed.
  init(
    _ folder: String, disk: any DocumentFiles, limits: IngestionLimits, fileExtensions: [String]
  ) throws(RetrievalError) {
    guard let root = disk.resolved(folder) else {
      throw RetrievalError(.notFound, context: folder, expected: "a folder")
    }
    self.disk = disk
    self.limits = limits
    self.fileExtensions = Set(fileExtensions)
    self.root = root
    try visit(folder, prefix: "", depth: 0)
  }

  private mutating func visit(_ folder: String, prefix: String, depth: Int) throws(RetrievalError) {
    let names: [String]
    do throws(RetrievalError) {
      guard depth < limits.depth else {
        throw RetrievalError(
          .tooLarge, context: folder, expected: "folders at most \(limits.depth) deep",
          hint: "Add the inner folder by itself.")
      }
      names = try disk.names(in: folder)
    } catch {
      guard depth > 0 else { throw error }
      others.append(DocumentOutcome(name: String(prefix.dropLast()), path: folder, result: .failed(error)))
      return
    }
    for name in names.sorted() {
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      do throws(RetrievalError) {
        guard let status = try disk.status(path) else {
          // It went since the folder was read; or its name is other bytes than its text, which does not open it.
          guard name.unicodeScalars.contains("\u{FFFD}") else { continue }
          throw RetrievalError(
            .file, context: prefix + name, expected: "a name in UTF-8", found: "other bytes",
            hint: "Rename it; convmv does so for whole folders.")
        }
        try visit(status, name: prefix + name, path: path, depth: depth)
      } catch {
        if error.code == .tooLarge, files.count >= limits.files { throw error }
        others.append(DocumentOutcome(name: prefix + name, path: path, result: .failed(error)))
      }
    }
  }

  private mutating func visit(
    _ status: FileStatus, name: String, path: String, depth: Int
  ) throws(RetrievalError) {
    guard name.split(separator: "/").last?.first != "." else { return skip(name, path, .hidden) }
    switch status.kind {
    case .folder: try visit(path, prefix: name + "/", depth: depth + 1)
    case .file: try take(name, path, status)
    case .other: skip(name, path, .notAFile)
    case .link:
      guard let target = disk.resolved(path), target.hasPrefix(root.hasSuffix("/") ? root : root + "/"),
        let found = try disk.status(target), found.kind == .file
      else { return skip(name, path, .link) }
      try take(name, path, found)
    }
  }

  private mutating func take(_ name: String, _ path: String, _ status: FileStatus) throws(RetrievalError) {
    let file = name.split(separator: "/").last ?? ""
    // A name without an ending, such as README, may be anything; its bytes will tell.
    if let dot = file.lastIndex(of: "."), dot > file.startIndex {
      guard fileExtensions.contains(file[file.index(after: dot)...].lowercased()) else {
        return skip(name, path, .unknownFormat)
      }
    }
    guard status.size > 0 else { return skip(name, path, .empty) }
    guard status.size <= limits.fileBytes else {
      return skip(name, path, .oversized(bytes: status.size, limit: limits.fileBytes))
    }
    guard files.count < limits.files else {
      throw RetrievalError(
        .tooLarge, context: root, expected: "at most \(limits.files) files", hint: "Add parts of the folder.")
    }
    files.append(File(name: name, path: path, status: status))
  }

  private mutating func skip(_ name: String, _ path: String, _ reason: DocumentOutcome.SkipReason) {
    others.append(DocumentOutcome(name: name, path: path, result: .skipped(reason)))
  }
}
