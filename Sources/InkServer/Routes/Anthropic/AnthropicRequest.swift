import InkChat

/// A request of Anthropic's Messages API, read and checked.
struct AnthropicRequest: Sendable {
  /// What is asked for: an answer, or only how long the question is.
  enum Purpose: Sendable, Hashable {
    case answer
    case count
  }

  var model: String?
  var messages: [Message]
  var options: GenerationOptions
  var delivery: Delivery
  /// Fields that have no effect.
  var warnings: [String]
  /// The names of the fields that it has.
  let given: Set<String>

  /// How the answer reaches the client.
  enum Delivery: Sendable, Hashable {
    case whole, stream
  }

  init(
    _ fields: RequestFields, _ purpose: Purpose, _ context: ServerContext, _ services: ServerServices
  ) throws(ServerError) {
    var fields = fields
    given = Set(fields.names)
    model = try fields.requiredString("model")
    var conversation = AnthropicConversation()
    if let system = try fields.anthropicText("system") { conversation.add(system: system) }
    let count = try fields.objects("messages", atMost: 100_000) { (message) throws(ServerError) -> Void in
      try conversation.add(&message)
    }?.count
    guard let count else { throw fields.missing("messages") }
    guard count > 0 else { throw fields.invalid("messages", "an array of at least one message") }
    messages = conversation.messages
    var options = GenerationOptions(sampling: try fields.sampling())
    options.maximumTokens = try fields.integer("max_tokens", in: 1...Int(Int32.max))
    if purpose == .answer, options.maximumTokens == nil { throw fields.missing("max_tokens") }
    options.stopStrings = try fields.strings("stop_sequences", atMost: 64) ?? []
    guard !options.stopStrings.contains("") else {
      throw fields.invalid("stop_sequences", "made of texts that are not empty")
    }
    try fields.anthropicTools(into: &options)
    try fields.anthropicThinking(into: &options)
    options.form = try fields.anthropicForm()
    let user = try fields.object("metadata") { (metadata) throws(ServerError) in try metadata.string("user_id") } ?? nil
    options.urgency = try fields.urgency(client: context.identity.name.isEmpty ? user ?? "" : context.identity.name)
    // Words put into the model's mouth: it goes on with them.
    if let last = messages.last, last.role == .assistant, last.toolCalls.isEmpty { options.start = .lastMessage }
    self.options = options
    delivery = try fields.boolean("stream") == true ? .stream : .whole
    for name in ["mcp_servers", "container"] where fields.value(name) != nil {
      throw fields.unsupported(name, "this server runs no tools of its own.")
    }
    fields.ignore("service_tier", "context_management", "inference_geo", "cache_control", "betas")
    warnings = try fields.finish(services.settings.unknownFields)
  }
}

extension RequestFields {
  /// A text, or blocks of text joined; nil when there is none.
  mutating func anthropicText(_ name: String) throws(ServerError) -> String? {
    guard let value = value(name) else { return nil }
    switch value {
    case .string(let text): return text
    case .array:
      let texts = try objects(name, atMost: 10_000) { (block) throws(ServerError) -> String in
        guard try block.requiredString("type") == "text" else { throw block.invalid("type", "\"text\"") }
        block.ignore("cache_control", "citations")
        return try block.requiredString("text")
      }
      return texts?.joined(separator: "\n\n")
    case .null, .boolean, .integer, .number, .object:
      throw invalid(name, "a string or an array of text blocks", found: value)
    }
  }

  fileprivate mutating func anthropicTools(into options: inout GenerationOptions) throws(ServerError) {
    options.tools =
      try objects("tools", atMost: 1024) { (tool) throws(ServerError) -> ToolDefinition in
        let kind = try tool.string("type") ?? "custom"
        guard kind == "custom" else {
          throw tool.unsupported("type", "\"\(kind.prefix(40))\". Tools here are those that the client runs.")
        }
        return try tool.flatTool(schema: "input_schema", others: ["type", "cache_control"])
      } ?? []
    try checkNames(of: options.tools)
    let names = Set(options.tools.map(\.name))
    let choice = try object("tool_choice") { (choice) throws(ServerError) -> (ToolChoice, ToolCallCount) in
      let kind = try choice.word("type", of: AnthropicToolChoice.self)
      let count: ToolCallCount = try choice.boolean("disable_parallel_tool_use") == true ? .atMostOne : .any
      switch kind {
      case nil: throw choice.missing("type")
      case .auto?: return (.automatic, count)
      case .none?: return (.none, count)
      case .any?:
        guard !names.isEmpty else { throw choice.invalid("type", "\"auto\" or \"none\" where there are no \"tools\"") }
        return (.required, count)
      case .tool?:
        let name = try choice.requiredString("name")
        guard names.contains(name) else {
          throw choice.invalid("name", "the name of one of \"tools\"", found: .string(name))
        }
        return (.named(name), count)
      }
    }
    if let choice { (options.toolChoice, options.toolCallCount) = choice }
  }

  /// `thinking`: whether the model thinks before it answers. How much is the model's own choice.
  fileprivate mutating func anthropicThinking(into options: inout GenerationOptions) throws(ServerError) {
    let limit = options.maximumTokens ?? Int(Int32.max)
    let thinking = try object("thinking") { (thinking) throws(ServerError) -> Bool in
      guard let kind = try thinking.word("type", of: AnthropicThinking.self) else { throw thinking.missing("type") }
      thinking.ignore("display")
      switch kind {
      case .enabled:
        guard let budget = try thinking.integer("budget_tokens", in: 1024...Int(Int32.max)) else {
          throw thinking.missing("budget_tokens")
        }
        guard budget < limit else { throw thinking.invalid("budget_tokens", "less than \"max_tokens\"") }
        return true
      case .adaptive: return true
      case .disabled: return false
      }
    }
    if let thinking { options.templateVariables = [JSONMember("enable_thinking", .boolean(thinking))] }
  }

  /// `output_format`, or `output_config.format`: JSON of a schema.
  fileprivate mutating func anthropicForm() throws(ServerError) -> AnswerForm {
    let nested =
      try object("output_config") { (config) throws(ServerError) in
        config.ignore("effort")
        return try config.anthropicFormat("format")
      } ?? nil
    return try anthropicFormat("output_format") ?? nested ?? .free
  }

  private mutating func anthropicFormat(_ name: String) throws(ServerError) -> AnswerForm? {
    try object(name) { (format) throws(ServerError) -> AnswerForm in
      guard try format.requiredString("type") == "json_schema" else { throw format.invalid("type", "\"json_schema\"") }
      guard let schema = try format.members("schema") else { throw format.missing("schema") }
      return .jsonSchema(.object(schema))
    }
  }
}

private enum AnthropicToolChoice: String, CaseIterable {
  case auto, any, tool, none
}

private enum AnthropicThinking: String, CaseIterable {
  case enabled, disabled, adaptive
}
