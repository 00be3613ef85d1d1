import InkData

/// Files that a test makes.
struct FilesInMemory: DataFiles {
  var contents: [String: [UInt8]]

  init(_ contents: [String: String]) { self.contents = contents.mapValues { Array($0.utf8) } }

  init(bytes: [String: [UInt8]]) { contents = bytes }

  func kind(of path: String) -> DataFileKind {
    if contents[path] != nil { return .file }
    if path == "." { return .folder }
    return contents.keys.contains { $0.hasPrefix(path + "/") } ? .folder : .missing
  }

  func names(in folder: String) throws(DataError) -> [String] {
    let prefix = folder == "." ? "" : folder + "/"
    let names = contents.keys.filter { $0.hasPrefix(prefix) }.map { path in
      String(path.dropFirst(prefix.count).prefix { $0 != "/" })
    }
    // Any order may come from a disk; this one is no sorted one.
    return Set(names).sorted(by: >)
  }

  func bytes(of path: String) throws(DataError) -> [UInt8] {
    guard let bytes = contents[path] else { throw DataError(.file, context: path) }
    return bytes
  }

  /// A source over these files, opened.
  func open(
    _ paths: String..., format: RecordFormat? = nil, columns: [String: String] = [:], layout: FileLayout = .automatic,
    documents: TextDocuments = TextDocuments(), weight: Double? = nil, part: DataPart = .all,
    faulty: DataSource.FaultyRecords = .refuse, name: String = "test"
  ) throws(DataError) -> Dataset {
    try Dataset(
      DataSource(
        name: name, paths: paths, layout: layout, documents: documents, format: format, columns: columns,
        weight: weight, part: part, faultyRecords: faulty), files: self)
  }
}

extension Dataset {
  /// All examples in the order of the files.
  func examples() throws(DataError) -> [Example] {
    var result: [Example] = []
    for index in 0..<count { result.append(try example(at: index)) }
    return result
  }

  /// All texts in the order of the files.
  func texts() throws(DataError) -> [String] {
    try examples().map { if case .text(let text) = $0 { text } else { "?" } }
  }

  /// As many documents as asked for: `name 0`, `name 1` and so on.
  static func numbered(
    _ count: Int, name: String = "t", weight: Double? = nil
  ) throws(DataError) -> Dataset {
    let lines = (0..<count).map { "\(name)\($0)" }.joined(separator: "\n")
    return try FilesInMemory(["\(name).txt": lines]).open(
      "\(name).txt", documents: TextDocuments(division: .lines), weight: weight, name: name)
  }
}

/// The error that a closure throws.
func dataError(_ body: () throws -> Void) -> DataError? {
  do {
    try body()
    return nil
  } catch {
    return error as? DataError
  }
}
