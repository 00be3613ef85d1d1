/// What a base holds when adding begins, for telling what is new.
struct KnownDocuments: Sendable {
  var byName: [String: StoredDocument]
  var byPath: [String: String]

  init(_ documents: [StoredDocument]) {
    byName = Dictionary(documents.map { ($0.source.name, $0) }) { first, _ in first }
    byPath = Dictionary(
      documents.compactMap { document in document.source.path.map { ($0, document.source.name) } }
    ) { first, _ in first }
  }

  /// A file keeps the name that the base knows its path by, through whatever folder it is added.
  func name(for file: IncomingFile) -> String { file.path.flatMap { byPath[$0] } ?? file.name }

  /// Refuses a file whose name belongs to another one that is still there.
  func check(_ name: String, for file: IncomingFile, disk: any DocumentFiles) throws(RetrievalError) {
    guard let path = file.path, let other = byName[name]?.source.path, other != path,
      try disk.status(other) != nil
    else { return }
    throw RetrievalError(
      .alreadyExists, context: path, expected: "a name of its own",
      found: "\"\(name)\", which is that of \(other)",
      hint: "Add it with a prefix, or add the folder that holds both.")
  }
}
