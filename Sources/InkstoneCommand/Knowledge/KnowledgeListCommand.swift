package import ArgumentParser
import InkChat
import InkRetrieval

/// `inkstone knowledge list`: the bases, or the documents of one.
package struct KnowledgeListCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the knowledge bases, or the documents of one.",
    discussion: """
        inkstone knowledge list
        inkstone knowledge list handbook --json
      """)

  @Argument(help: "The knowledge base; all of them when left out.")
  package var name: String?

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package mutating func run() async throws {
    let catalog = try options.catalog()
    guard let name else { return try await list(catalog) }
    let store = try await catalog.open(try KnowledgeName(name))
    let documents = try await store.documents(matching: nil)
    guard options.output.json else {
      let rows = documents.map { document in
        [
          VisibleText.line(document.source.name), Amount.of(document.pieceCount, "piece"),
          Amount.bytes(UInt64(document.source.size)), document.pageCount.map { Amount.of($0, "page") } ?? "",
        ]
      }
      for line in KnowledgeListCommand.lines(rows, alignments: [.left, .right, .right, .right]) {
        try options.output.result(line)
      }
      if documents.isEmpty { options.output.remark("\(name) has no documents yet") }
      return
    }
    let report: Report = [
      "knowledge": .string(name), "documents": .array(documents.map(KnowledgeListCommand.json)),
    ]
    try options.output.result(report.text)
  }

  private func list(_ catalog: KnowledgeCatalog) async throws {
    var list: [Report] = []
    var rows: [[String]] = []
    for name in try catalog.names() {
      guard let (store, documents) = try await contents(of: name, catalog, &list, &rows) else { continue }
      let pieces = documents.reduce(0) { $0 + $1.pieceCount }
      rows.append([
        name.description, Amount.of(documents.count, "document"), Amount.of(pieces, "piece"), store.settings.embedder,
      ])
      list.append([
        "knowledge": .string(name.description), "documents": .whole(documents.count), "pieces": .whole(pieces),
        "embedder": .string(store.settings.embedder), "store": try catalog.place(of: name).report,
      ])
      try await store.close()
    }
    if options.output.json {
      let report: Report = ["knowledge": .array(list)]
      try options.output.result(report.text)
    } else {
      for line in KnowledgeListCommand.lines(rows, alignments: [.left, .right, .right, .left]) {
        try options.output.foreign(line)
      }
    }
    if list.isEmpty, !options.output.json {
      options.output.remark("no knowledge bases in \(catalog.folder)")
    }
    if list.contains(where: { $0["error"] != nil }) { throw CommandFailureReported(status: .failure) }
  }

  /// A base's store and documents. One that is damaged, or whose server is gone, stands in the list with its error and
  /// does not keep the others from being shown.
  private func contents(
    of name: KnowledgeName, _ catalog: KnowledgeCatalog, _ list: inout [Report], _ rows: inout [[String]]
  ) async throws -> (store: any KnowledgeStore, documents: [StoredDocument])? {
    do throws(RetrievalError) {
      let store = try await catalog.open(name)
      return (store, try await store.documents(matching: nil))
    } catch {
      if error.code == .cancelled { throw error }
      try OutputStream.notices.write("error: \(error)\n")
      rows.append([name.description, error.code.rawValue, "", ""])
      list.append([
        "knowledge": .string(name.description), "error": .string(error.code.rawValue),
        "message": .string(error.description),
      ])
      return nil
    }
  }

  /// Columns for a person, and for a program cells with tabs between them.
  private static func lines(_ rows: [[String]], alignments: [TextTable.Alignment]) -> [String] {
    guard OutputStream.results.isTerminal else {
      return rows.map { cells in
        let last = cells.lastIndex { !$0.isEmpty } ?? 0
        return cells[...last].joined(separator: "\t")
      }
    }
    return TextTable.lines(rows, alignments: alignments)
  }

  static func json(_ document: StoredDocument) -> Report {
    [
      "document": .string(document.source.name), "path": .text(document.source.path),
      "sha256": .string(document.source.sha256), "media_type": .string(document.source.mediaType),
      "bytes": .whole(document.source.size), "title": .text(document.title), "pieces": .whole(document.pieceCount),
      "pages": document.pageCount.map { .whole($0) } ?? .null,
      "updated": .number(document.updated),
      "metadata": .object(
        document.metadata.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }),
      "warnings": .array(document.warnings.map { .string($0) }),
    ]
  }
}
