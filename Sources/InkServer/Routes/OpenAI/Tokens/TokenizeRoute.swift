import Hummingbird
import InkChat

/// `POST /tokenize`: the token ids of a text (`prompt`, or `content` as llama.cpp calls it) or of a conversation.
struct TokenizeRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/tokenize", about: Self.description) { request, context in
      let fields = try await request.fields(context, services)
      return try await Self.answer(fields, context, services)
    }
  }

  private static func answer(
    _ fields: RequestFields, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Response {
    var fields = fields
    let name = try fields.string("model")
    let tellsPieces = try fields.boolean("return_token_strs") ?? fields.boolean("with_pieces") ?? false
    let isConversation = fields.value("messages") != nil
    let conversation = isConversation ? try ConversationFields(&fields) : nil
    let content = try fields.string("content")
    let text = try fields.string("prompt")
    guard text == nil || content == nil else { throw fields.invalid("content", "absent where there is a \"prompt\"") }
    let prompt = text ?? content
    let other = try fields.boolean("add_special")
    let adds = try fields.boolean("add_special_tokens") ?? other ?? true
    let parses = try fields.boolean("parse_special") ?? true
    let warnings = try fields.finish(services.settings.unknownFields)
    guard isConversation != (prompt != nil) else {
      throw isConversation ? fields.invalid("prompt", "absent where there are \"messages\"") : fields.missing("prompt")
    }
    let lease = try await services.models.lease(name, for: isConversation ? .chat : .completion)
    let tokens: [Int32]
    if let conversation {
      guard let renderer = lease.model.renderer else { throw ServerError.missing(.chat, in: lease.listing) }
      tokens = try await renderer.promptTokens(for: conversation.messages, options: conversation.options)
    } else {
      guard let model = lease.model.text else { throw ServerError.missing(.completion, in: lease.listing) }
      let rule = SpecialTokenRule(adds: adds, parses: parses)
      tokens = try await model.tokenize(prompt ?? "", specialTokens: rule)
    }
    var pieces: [JSONValue] = []
    if tellsPieces, let model = lease.model.text {
      let texts = TokenTexts(model)
      let named = tokens.map { GeneratedToken(chosen: TokenLogProbability(token: $0, logProbability: nil)) }
      pieces = try await texts.filled(named).map { .string($0.chosen.piece) }
    }
    return .json(
      [
        "count": .integer(Int64(tokens.count)), "tokens": .array(tokens.map { .integer(Int64($0)) }),
        "token_strs": tellsPieces ? .array(pieces) : .null,
        "max_model_len": (lease.model.text?.contextLength ?? lease.listing.contextLength).map { .integer(Int64($0)) }
          ?? .null,
      ], warnings: warnings)
  }
}

extension SpecialTokenRule {
  fileprivate init(adds: Bool, parses: Bool) {
    self =
      switch (adds, parses) {
      case (false, false): .none
      case (true, false): .added
      case (false, true): .recognised
      case (true, true): .addedAndRecognised
      }
  }
}
