import Hummingbird
import InkChat
import InkRetrieval

/// `POST /v1/knowledge/{name}/ask`: an answer with sources, whole or as a stream of named events.
struct KnowledgeAskRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/knowledge/{name}/ask", about: Self.description) { request, context in
      let name = try context.knowledgeName()
      let ask = try AskRequest(try await request.fields(context, services), services)
      let base = try await services.knowledgeDesk().base(name)
      let lease = try await context.whileConnected { try await services.models.lease(ask.model, for: .chat) }
      let model = try lease.conversing(given: [])
      context.record.begin("knowledge", model: lease.listing.id)
      let plan = ask.plan(model, parameterCount: lease.model.parameterCount)
      var search = try await ask.search.search(base, services, model: model)
      if !ask.search.saysCount, plan.takesNearest { search.plan.count = AnswerPlan.passagesOfNearest }
      let answerer = KnowledgeAnswerer(search, model: model, plan: plan)
      let stream = answerer.stream(ask.question, history: ask.history)
      guard ask.streams else {
        let answer = try await context.whileConnected {
          defer { withExtendedLifetime(lease) {} }
          return try await stream.answer()
        }
        return .json(answer.json(name, model: lease.listing.id), warnings: ask.warnings)
      }
      return try await .stream(Self.dialect, context, services, warnings: ask.warnings) { sink in
        defer { withExtendedLifetime(lease) {} }
        var iterator = stream.makeAsyncIterator()
        while let event = try await iterator.next() {
          if sink.send(event.streamEvent(name, model: lease.listing.id)) == .readerGone { return }
        }
      }
    }
  }

  private static let dialect = StreamDialect(mediaType: "text/event-stream", ping: .comment("ping")) { error in
    [.named("error", error.body)]
  }
}

/// A question, read and checked.
private struct AskRequest: Sendable {
  var question: String
  var history: [Message] = []
  var model: String?
  var search: KnowledgeSearchRequest
  var streams: Bool
  var warnings: [String]
  private var quotes: Int?
  private var maximumTokens: Int
  private var passageTokens: Int

  init(_ fields: RequestFields, _ services: ServerServices) throws(ServerError) {
    var fields = fields
    model = try fields.string("model")
    if let asked = try fields.string("question") {
      question = asked
    } else if fields.names.contains("messages") {
      var messages = try fields.messages()
      guard let last = messages.popLast(), last.role == .user else {
        throw fields.invalid("messages", "ended by a message of the user")
      }
      question = last.content.text
      history = messages
    } else {
      throw fields.missing("question")
    }
    search = try KnowledgeSearchRequest(&fields)
    streams = try fields.boolean("stream") ?? false
    quotes = try fields.integer("quotes", in: 0...20)
    maximumTokens = try fields.integer("max_tokens", in: 1...Int(Int32.max)) ?? 256
    passageTokens = try fields.integer("passage_tokens", in: 1...1_000_000) ?? 1_500
    warnings = try fields.finish(services.settings.unknownFields)
  }

  func plan(_ model: any ChatModel, parameterCount: Int?) -> AnswerPlan {
    var plan = AnswerPlan(
      transformation: search.expansion.transformation(model), passageTokens: passageTokens,
      options: AnswerPlan.plainOptions(maximumTokens: maximumTokens))
    plan.setForm(quotes: quotes, parameterCount: parameterCount)
    return plan
  }
}

extension GroundedAnswer {
  /// An answer as `inkstone knowledge ask --json` prints it.
  func json(_ knowledge: KnowledgeName, model: String) -> JSONValue {
    [
      "object": "knowledge.answer", "knowledge": .string(knowledge.description),
      "model": wording.isFromModel ? .string(model) : .null,
      "question": .string(question), "searched": searched.map { .string($0) } ?? .null,
      "outcome": .string(outcome.rawValue), "wording": .string(wording.rawValue), "answer": .string(answer),
      "citations": .array(citations.map(\.json)),
      "supported": .array(
        supported.map { sentence -> JSONValue in
          [
            "sentence": .string(sentence.sentence), "supported": .boolean(sentence.supported),
            "citations": .array(sentence.citations.map { .integer(Int64($0)) }),
          ]
        }),
      "notes": .array(notes.map { .string($0) }),
    ]
  }
}

extension Citation {
  /// A citation.
  var json: JSONValue {
    [
      "text": .string(text), "document": .string(document), "sha256": .string(sha256), "start": .integer(Int64(start)),
      "end": .integer(Int64(end)), "page": page.map { .integer(Int64($0)) } ?? .null,
      "headings": .array(headings.map { .string($0) }), "score": .number(score), "quote": .string(quote),
    ]
  }
}

extension AnswerEvent {
  fileprivate func streamEvent(_ knowledge: KnowledgeName, model: String) -> StreamEvent {
    switch self {
    case .searching(let questions):
      .named("searching", ["questions": .array(questions.map { .string($0.text) })])
    case .found(_, let passages):
      .named("found", ["passages": .array(passages.map(\.json))])
    case .text(let text): .named("text", ["text": .string(text)])
    case .reasoning(let text): .named("reasoning", ["text": .string(text)])
    case .finished(let answer): .named("answer", answer.json(knowledge, model: model))
    }
  }
}

extension Passage {
  /// A passage as the model is shown it: the found piece, with the text and the place that it was widened to.
  fileprivate var json: JSONValue {
    var shown = found
    shown.piece.piece.range = range
    shown.piece.piece.text = text
    shown.piece.piece.page = page
    guard case .object(var members) = shown.json else { return shown.json }
    members.append(JSONMember("number", .integer(Int64(number))))
    return .object(members)
  }
}
