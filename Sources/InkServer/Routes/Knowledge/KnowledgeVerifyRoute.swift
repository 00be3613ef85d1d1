import Hummingbird
import InkChat
import InkRetrieval

/// `POST /v1/knowledge/{name}/verify`: reads the sources of citations again.
struct KnowledgeVerifyRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/knowledge/{name}/verify", about: Self.description) { request, context in
      let name = try context.knowledgeName()
      var fields = try await request.fields(context, services)
      let citations = try fields.citations("citations")
      // What else an answer has may be sent along.
      fields.ignore("object", "knowledge", "model", "question", "searched", "outcome", "answer", "supported")
      let warnings = try fields.finish(services.settings.unknownFields)
      let verifier = try await services.knowledgeDesk().verifier(name)
      let verdicts = try await context.whileConnected { try await verifier.verdicts(on: citations) }
      let list = zip(citations, verdicts).map { citation, verdict -> JSONValue in
        [
          "document": .string(citation.document), "start": .integer(Int64(citation.start)),
          "end": .integer(Int64(citation.end)), "intact": .boolean(verdict == .intact),
          "verdict": .string(verdict.word),
        ]
      }
      return .json(
        ["intact": .boolean(verdicts.allSatisfy { $0 == .intact }), "citations": .array(list)], warnings: warnings)
    }
  }
}

extension CitationVerifier.Verdict {
  /// The verdict in a word. What a file system said stays on this side.
  fileprivate var word: String {
    switch self {
    case .intact: "intact"
    case .invalid: "invalid"
    case .missing: "missing"
    case .fileChanged: "file_changed"
    case .textDiffers: "text_differs"
    }
  }
}

extension RequestFields {
  /// Citations as an answer tells them.
  mutating func citations(_ name: String) throws(ServerError) -> [Citation] {
    guard let list = try array(name, atMost: 1000) else { throw missing(name) }
    var citations: [Citation] = []
    for (index, entry) in list.enumerated() {
      var fields = try RequestFields(entry, path: "\(path(name))[\(index)]")
      citations.append(
        Citation(
          document: try fields.requiredString("document"), sha256: try fields.requiredString("sha256"),
          start: try fields.integer("start", in: 0...Int.max) ?? 0,
          end: try fields.integer("end", in: 0...Int.max) ?? 0,
          page: nil, score: 0, text: try fields.requiredString("text"), quote: try fields.requiredString("quote")))
    }
    return citations
  }
}
