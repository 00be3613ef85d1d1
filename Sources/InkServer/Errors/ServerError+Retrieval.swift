import InkRetrieval

extension ServerError {
  /// What a client is told when a knowledge base could not do what was asked.
  init(_ error: RetrievalError) {
    let message = error.publicDescription
    switch error.code {
    case .notFound: self.init(.notFound, message, code: "not_found")
    case .alreadyExists: self.init(.conflict, message, code: "already_exists")
    case .invalidSetting: self.init(.invalidRequest, message, code: "invalid_value")
    case .unsupported: self.init(.invalidRequest, message, code: "unsupported_value")
    case .invalidDocument: self.init(.invalidRequest, message, code: "invalid_document")
    case .tooLarge: self.init(.tooLarge, message, code: "document_too_large")
    case .changed: self.init(.conflict, message, code: "source_changed")
    case .cancelled: self.init(.invalidRequest, "The request was cancelled.", code: "cancelled")
    case .model, .budget: self.init(.server, message, code: "model_failure")
    case .unreachable:
      self.init(
        .unavailable(retryAfter: 5), "The server that keeps this knowledge base cannot be reached.",
        code: "knowledge_unreachable")
    case .file, .store, .diskFull:
      // Where the server keeps things is for its log.
      let hint = error.hint.isEmpty ? "The server's log says why." : error.hint
      self.init(.server, "The knowledge base could not be read or written. \(hint)", code: "storage_failure")
    }
    if message != self.message || !error.privateDetail.isEmpty { cause = error.description }
  }

  /// This server was started without a folder for knowledge bases.
  static let noKnowledge = ServerError(
    .notImplemented, "This server has no knowledge bases. Start it without --no-knowledge.", code: "no_knowledge")
}
