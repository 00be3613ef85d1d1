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
      fields.ignore(
        "object", "knowledge", "model", "question", "searched", "outcome", "wording", "answer", "supported", "notes")
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
    let citations = try objects(name, atMost: 1000) { fields throws(ServerError) in
      // What a citation tells beside its place is not compared.
      fields.ignore("headings")
      return Citation(
        document: try fields.requiredString("document"), sha256: try fields.requiredString("sha256"),
        start: try fields.requiredOffset("start"), end: try fields.requiredOffset("end"),
        page: try fields.integer("page", in: 1...Int.max),
        score: try fields.number("score", in: -.infinity ... .infinity) ?? 0,
        text: try fields.requiredString("text"), quote: try fields.requiredString("quote"))
    }
    guard let citations else { throw missing(name) }
    return citations
  }

  private mutating func requiredOffset(_ name: String) throws(ServerError) -> Int {
    guard let offset = try integer(name, in: 0...Int.max) else { throw missing(name) }
    return offset
  }
}
