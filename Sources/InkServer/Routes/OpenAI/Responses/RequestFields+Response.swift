import InkChat

extension RequestFields {
  /// `text`: what the answer must look like.
  ///
  /// - Returns: `text` as the answer repeats it.
  mutating func responseTextFormat(into options: inout GenerationOptions) throws(ServerError) -> JSONValue {
    let given = value("text") ?? .object([])
    var form = AnswerForm.free
    _ = try object("text") { (text) throws(ServerError) in
      text.ignore("verbosity")
      form = try text.object("format") { (format) throws(ServerError) in try format.responseFormat() } ?? .free
    }
    options.form = form
    guard given["format"] == nil, case .object(let members) = given else { return given }
    return .object([JSONMember("format", ["type": "text"])] + members.filter { $0.name != "format" })
  }

  private mutating func responseFormat() throws(ServerError) -> AnswerForm {
    guard let kind = try word("type", of: TextFormat.self) else { throw missing("type") }
    switch kind {
    case .text: return .free
    case .jsonObject: return .jsonObject
    case .jsonSchema:
      // Names are for a model's eyes, and no template has a place for them; the schema is kept to strictly in any case.
      ignore("name", "description", "strict")
      guard let schema = value("schema") else { throw missing("schema") }
      guard case .object = schema else { throw invalid("schema", "a JSON Schema", found: schema) }
      return .jsonSchema(schema)
    }
  }

  /// `tools`, `tool_choice` and `parallel_tool_calls`.
  mutating func responseTools(into options: inout GenerationOptions) throws(ServerError) {
    let tools = try objects("tools", atMost: 1024) { (tool) throws(ServerError) -> ToolDefinition in
      guard let kind = try tool.string("type") else { throw tool.missing("type") }
      guard kind == "function" else {
        throw tool.unsupported("type", "\"\(kind.prefix(40))\". Tools here are functions that the client calls.")
      }
      return try tool.flatTool(schema: "parameters", others: ["type"])
    }
    options.tools = tools ?? []
    try checkNames(of: options.tools)
    options.toolCallCount = try boolean("parallel_tool_calls") == false ? .atMostOne : .any
    options.toolChoice = try responseToolChoice(among: Set(options.tools.map(\.name)))
  }

  private mutating func responseToolChoice(among names: Set<String>) throws(ServerError) -> ToolChoice {
    guard let value = value("tool_choice") else { return .automatic }
    switch value {
    case .string("auto"): return .automatic
    case .string("none"): return .none
    case .string("required"):
      guard !names.isEmpty else { throw invalid("tool_choice", "absent where there are no \"tools\"") }
      return .required
    case .object:
      let choice = try object("tool_choice") { (choice) throws(ServerError) -> ToolChoice in
        let kind = try choice.requiredString("type")
        guard kind == "function" else { throw choice.unsupported("type", "only \"function\" is.") }
        let name = try choice.requiredString("name")
        guard names.contains(name) else {
          throw choice.invalid("name", "the name of one of \"tools\"", found: .string(name))
        }
        return .named(name)
      }
      return choice ?? .automatic
    case .null, .boolean, .integer, .number, .string, .array:
      throw invalid("tool_choice", "\"none\", \"auto\", \"required\" or an object with a function's name", found: value)
    }
  }

  /// `reasoning`: how much to think. Thoughts are told as they are; there is nobody to summarise them.
  ///
  /// - Returns: `reasoning` as the answer repeats it.
  mutating func responseReasoning(into options: inout GenerationOptions) throws(ServerError) -> JSONValue {
    var variables: [JSONMember] = []
    var summary: String?
    _ = try object("reasoning") { (reasoning) throws(ServerError) in
      variables = try reasoning.effort("effort")
      summary = try reasoning.string("summary")
      reasoning.ignore("generate_summary")
    }
    for member in try members("chat_template_kwargs") ?? [] {
      variables.removeAll { $0.name == member.name }
      variables.append(member)
    }
    options.templateVariables = variables
    let effort = variables.first { $0.name == "reasoning_effort" }?.value
    return ["effort": effort ?? .null, "summary": summary.map { .string($0) } ?? .null]
  }
}

private enum TextFormat: String, CaseIterable {
  case text
  case jsonObject = "json_object"
  case jsonSchema = "json_schema"
}
