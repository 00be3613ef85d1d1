import InkChat

/// Says a conversation and its options with the fields of `/chat/completions` that an endpoint has.
///
/// What it has no field for throws `unsupported`. Three things are not sent: who asks (it is the gateway's own concern),
/// the patience (it is watched here), and, to an endpoint of kind `openai`, the thoughts of earlier turns, for which
/// OpenAI's messages have no place.
struct ChatRequestBody {
  let dialect: EndpointDialect
  let tokenLimitField: TokenLimitField
  private(set) var members: [JSONMember] = []

  init(dialect: EndpointDialect, tokenLimitField: TokenLimitField) {
    self.dialect = dialect
    self.tokenLimitField = tokenLimitField
  }

  mutating func add(_ name: String, _ value: JSONValue) {
    members.append(JSONMember(name, value))
  }

  /// The whole body.
  static func chat(
    _ messages: [Message], options: GenerationOptions, model: String, dialect: EndpointDialect,
    tokenLimitField: TokenLimitField
  ) throws(GenerationError) -> JSONValue {
    var body = ChatRequestBody(dialect: dialect, tokenLimitField: tokenLimitField)
    body.add("model", .string(try body.model(model, adapter: options.adapter)))
    body.add("messages", .array(try body.messages(messages)))
    body.addStreaming()
    try body.addSampling(options)
    try body.addForm(options.form)
    try body.addTools(options)
    try body.addPrompting(messages, options)
    try body.addDetail(options.tokenDetail)
    try body.addPriority(options.urgency.priority)
    return .object(body.members)
  }

  /// The body of a raw prompt for `/completions`.
  static func completion(
    _ prompt: TextPrompt, options: GenerationOptions, model: String, dialect: EndpointDialect
  ) throws(GenerationError) -> JSONValue {
    var body = ChatRequestBody(dialect: dialect, tokenLimitField: .maxTokens)
    body.add("model", .string(try body.model(model, adapter: options.adapter)))
    switch prompt {
    case .text(let text): body.add("prompt", .string(text))
    case .tokens(let tokens): body.add("prompt", .array(tokens.map { .integer(Int64($0)) }))
    }
    body.addStreaming()
    try body.addSampling(options)
    try body.addForm(options.form)
    let isPlain = options.tools.isEmpty && options.documents.isEmpty && options.templateVariables.isEmpty
    guard isPlain, options.start == .newTurn else {
      throw GenerationError(
        code: .unsupported, context: "raw prompt", expected: "options of a raw prompt",
        found: "tools, documents, template variables or an answer's beginning", hint: "Ask with messages instead.")
    }
    try body.addCompletionDetail(options.tokenDetail)
    try body.addPriority(options.urgency.priority)
    return .object(body.members)
  }

  /// The body of a question for the prompt alone.
  static func rendering(
    _ messages: [Message], options: GenerationOptions, model: String, dialect: EndpointDialect
  ) throws(GenerationError) -> JSONValue {
    var body = ChatRequestBody(dialect: dialect, tokenLimitField: .maxTokens)
    body.add("model", .string(try body.model(model, adapter: options.adapter)))
    body.add("messages", .array(try body.messages(messages)))
    try body.addTools(options)
    try body.addPrompting(messages, options)
    return .object(body.members)
  }

  private func model(_ model: String, adapter: String?) throws(GenerationError) -> String {
    guard let adapter else { return model }
    switch dialect {
    // vLLM lists adapters as models of their own.
    case .vLLM: return adapter
    case .openAI, .llamaCpp, .inkstone: throw .inexpressible("adapter", dialect)
    }
  }

  private mutating func addStreaming() {
    add("stream", true)
    add("stream_options", ["include_usage": true])
  }

  private mutating func addPriority(_ priority: Int) throws(GenerationError) {
    guard priority != 0 else { return }
    switch dialect {
    // There, the lower number goes first.
    case .vLLM, .inkstone: add("priority", .integer(Int64(clamping: 0 &- priority)))
    case .openAI, .llamaCpp: throw .inexpressible("priority", dialect)
    }
  }
}
