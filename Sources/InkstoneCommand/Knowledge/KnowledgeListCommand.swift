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
      for document in documents {
        let pages = document.pageCount.map { "\t\($0) \($0 == 1 ? "page" : "pages")" } ?? ""
        let name = VisibleText.line(document.source.name)
        try options.output.result(
          "\(name)\t\(document.pieceCount) pieces\t\(Amount.bytes(UInt64(document.source.size)))\(pages)")
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
    for name in try catalog.names() {
      guard let (store, documents) = try await contents(of: name, catalog, &list) else { continue }
      let pieces = documents.reduce(0) { $0 + $1.pieceCount }
      if !options.output.json {
        try options.output.result(
          "\(name)\t\(documents.count) documents\t\(pieces) pieces\t\(store.settings.embedder)")
      }
      list.append([
        "knowledge": .string(name.description), "documents": .whole(documents.count), "pieces": .whole(pieces),
        "embedder": .string(store.settings.embedder), "store": try catalog.place(of: name).report,
      ])
      try await store.close()
    }
    if options.output.json {
      let report: Report = ["knowledge": .array(list)]
      try options.output.result(report.text)
    } else if list.isEmpty {
      options.output.remark("no knowledge bases in \(catalog.folder)")
    }
    if list.contains(where: { $0["error"] != nil }) { throw CommandFailureReported(status: .failure) }
  }

  /// A base's store and documents. One that is damaged, or whose server is gone, stands in the list with its error and
  /// does not keep the others from being shown.
  private func contents(
    of name: KnowledgeName, _ catalog: KnowledgeCatalog, _ list: inout [Report]
  ) async throws -> (store: any KnowledgeStore, documents: [StoredDocument])? {
    do throws(RetrievalError) {
      let store = try await catalog.open(name)
      return (store, try await store.documents(matching: nil))
    } catch {
      if error.code == .cancelled { throw error }
      try OutputStream.notices.write("error: \(error)\n")
      if !options.output.json { try options.output.result("\(name)\t\(error.code.rawValue)") }
      list.append([
        "knowledge": .string(name.description), "error": .string(error.code.rawValue),
        "message": .string(error.description),
      ])
      return nil
    }
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
