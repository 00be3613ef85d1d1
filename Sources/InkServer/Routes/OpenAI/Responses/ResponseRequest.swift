import InkChat

/// A request for a response, read and checked, without the responses that came before.
struct ResponseRequest: Sendable {
  /// The model's name; nil asks for any.
  var model: String?
  var instructions: String?
  var options: GenerationOptions
  /// The response with whose conversation it goes on.
  var previous: StoredIdentifier?
  var delivery: Delivery
  var retention: Retention
  /// Fields that the answer repeats.
  var echo: [JSONMember]
  /// Fields that have no effect.
  var warnings: [String]
  /// The names of the fields that it has.
  let given: Set<String>
  /// What is said now, read when the conversation before it is known.
  private var input: RequestFields

  /// How the answer reaches the client.
  enum Delivery: Sendable, Hashable {
    case whole, stream
  }

  /// Whether the answer is kept.
  enum Retention: Sendable, Hashable {
    case kept, dropped
  }

  init(_ fields: RequestFields, _ context: ServerContext, _ services: ServerServices) throws(ServerError) {
    var fields = fields
    given = Set(fields.names)
    model = try fields.string("model")
    input = fields
    fields.ignore("input")
    instructions = try fields.string("instructions")
    previous = try Self.previous(&fields)
    var options = GenerationOptions(sampling: try fields.sampling())
    options.maximumTokens = try fields.integer("max_output_tokens", in: 1...Int(Int32.max))
    options.stopStrings = try fields.stopStrings()
    let format = try fields.responseTextFormat(into: &options)
    let tools = fields.value("tools") ?? []
    let toolChoice = fields.value("tool_choice") ?? "auto"
    try fields.responseTools(into: &options)
    let reasoning = try fields.responseReasoning(into: &options)
    let user = try fields.string("user")
    options.urgency = try fields.urgency(client: context.identity.name.isEmpty ? user ?? "" : context.identity.name)
    let alternatives = try fields.integer("top_logprobs", in: 0...20) ?? 0
    let included = try fields.strings("include", atMost: 32) ?? []
    if included.contains("message.output_text.logprobs") {
      options.tokenDetail = .logProbabilities(alternatives: alternatives)
    }
    delivery = try fields.boolean("stream") == true ? .stream : .whole
    _ = try fields.object("stream_options") { (options) throws(ServerError) in options.ignore("include_obfuscation") }
    retention = try fields.boolean("store") == false ? .dropped : .kept
    let metadata = try fields.metadata() ?? []
    let truncation = try fields.word("truncation", of: Truncation.self) ?? .disabled
    guard truncation == .disabled else {
      throw fields.unsupported("truncation", "nothing is left out of a conversation unasked; use \"disabled\".")
    }
    try Self.refuseOthers(&fields)
    fields.ignoreHints()
    self.options = options
    echo = [
      JSONMember("instructions", instructions.map { .string($0) } ?? .null),
      JSONMember("max_output_tokens", options.maximumTokens.map { .integer(Int64($0)) } ?? .null),
      JSONMember("parallel_tool_calls", .boolean(options.toolCallCount == .any)),
      JSONMember("previous_response_id", previous.map { .string($0.description) } ?? .null),
      JSONMember("reasoning", reasoning), JSONMember("store", .boolean(retention == .kept)),
      JSONMember("temperature", fields.value("temperature") ?? 1), JSONMember("text", format),
      JSONMember("tool_choice", toolChoice), JSONMember("tools", tools),
      JSONMember("top_logprobs", .integer(Int64(alternatives))), JSONMember("top_p", fields.value("top_p") ?? 1),
      JSONMember("truncation", .string(truncation.rawValue)), JSONMember("user", user.map { .string($0) } ?? .null),
      JSONMember("metadata", .object(metadata)),
    ]
    warnings = try fields.finish(services.settings.unknownFields)
    warnings += included.filter { $0 != "message.output_text.logprobs" }.map { "include[\($0)]" }
  }

  /// What is said now, behind what was said before.
  func add(to conversation: inout ResponseConversation) throws(ServerError) {
    var fields = input
    guard let value = fields.value("input") else { throw fields.missing("input") }
    switch value {
    case .string(let text): conversation.add(text: text)
    case .array(let items):
      guard !items.isEmpty else { throw fields.invalid("input", "a text or an array of at least one item") }
      guard items.count <= 100_000 else { throw fields.invalid("input", "an array of at most 100000 items") }
      for (index, item) in items.enumerated() {
        var item = try RequestFields(item, path: "input[\(index)]")
        try conversation.add(&item)
      }
    case .null, .boolean, .integer, .number, .object:
      throw fields.invalid("input", "a text or an array of items", found: value)
    }
  }

  private static func previous(_ fields: inout RequestFields) throws(ServerError) -> StoredIdentifier? {
    guard let text = try fields.string("previous_response_id") else { return nil }
    guard let identifier = StoredIdentifier(text, .response) else { throw .noPreviousResponse(text) }
    return identifier
  }

  /// What is understood and not done.
  private static func refuseOthers(_ fields: inout RequestFields) throws(ServerError) {
    if try fields.boolean("background") == true {
      throw fields.unsupported("background", "answers are made while the client waits; use \"stream\" or /v1/batches.")
    }
    for name in ["conversation", "prompt"] where fields.value(name) != nil {
      throw fields.unsupported(name, "this server keeps none; use \"previous_response_id\" and \"instructions\".")
    }
    fields.ignore("max_tool_calls")
  }
}

private enum Truncation: String, CaseIterable {
  case auto, disabled
}

extension ServerError {
  /// The response to go on with is not there.
  static func noPreviousResponse(_ identifier: String) -> ServerError {
    ServerError(
      .invalidRequest,
      "There is no response \"\(identifier.prefix(80))\" to go on with. It was not stored, or is gone.",
      param: "previous_response_id", code: "previous_response_not_found")
  }
}
