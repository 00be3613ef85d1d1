import InkChat

extension RequestFields {
  /// `tools`, `tool_choice` and `parallel_tool_calls`.
  mutating func tools(into options: inout GenerationOptions) throws(ServerError) {
    let tools = try objects("tools", atMost: 1024) { (tool) throws(ServerError) in try tool.tool() } ?? []
    var names: Set<String> = []
    for tool in tools where !names.insert(tool.name).inserted {
      throw invalid("tools", "tools of different names", found: .string(tool.name))
    }
    options.tools = tools
    options.toolCallCount = try boolean("parallel_tool_calls") == false ? .atMostOne : .any
    switch try toolChoice(among: names) {
    case nil: break
    case .any(let choice)?: options.toolChoice = choice
    case .among(let allowed, let choice)?:
      options.tools = tools.filter { allowed.contains($0.name) }
      options.toolChoice = choice
    }
    for name in ["functions", "function_call"] where value(name) != nil {
      throw unsupported(name, "it was replaced by \"tools\" and \"tool_choice\".")
    }
  }

  private mutating func tool() throws(ServerError) -> ToolDefinition {
    guard let kind = try string("type") else { throw missing("type") }
    guard kind == "function" else { throw invalid("type", "\"function\"", found: .string(kind)) }
    let tool = try object("function") { (function) throws(ServerError) -> ToolDefinition in
      let name = try function.requiredString("name")
      guard !name.isEmpty, name.utf8.count <= 256 else { throw function.invalid("name", "a name of 1 to 256 bytes") }
      let description = try function.string("description") ?? ""
      let parameters = try function.members("parameters").map { JSONValue.object($0) }
      var further: [JSONMember] = []
      for name in function.names where !["name", "description", "parameters"].contains(name) {
        // Whatever else describes the function is the template's to use.
        if let value = function.value(name) { further.append(JSONMember(name, value)) }
      }
      return ToolDefinition(
        name: name, description: description,
        parameters: parameters ?? ["type": "object", "properties": .object([])], further: further)
    }
    guard let tool else { throw missing("function") }
    return tool
  }

  /// What `tool_choice` says.
  private enum Choice {
    case any(ToolChoice)
    /// The model is shown these tools only.
    case among(Set<String>, ToolChoice)
  }

  private mutating func toolChoice(among names: Set<String>) throws(ServerError) -> Choice? {
    guard let value = value("tool_choice") else { return nil }
    switch value {
    case .string("auto"): return .any(.automatic)
    case .string("none"): return .any(.none)
    case .string("required"):
      guard !names.isEmpty else {
        throw invalid("tool_choice", "absent, \"auto\" or \"none\" where there are no \"tools\"")
      }
      return .any(.required)
    case .object:
      return try object("tool_choice") { (choice) throws(ServerError) in try choice.chosen(among: names) }
    case .null, .boolean, .integer, .number, .string, .array:
      throw invalid("tool_choice", "\"none\", \"auto\", \"required\" or an object with a function's name", found: value)
    }
  }

  /// A choice that is an object: one function by its name, or some of them.
  private mutating func chosen(among names: Set<String>) throws(ServerError) -> Choice {
    switch try word("type", of: ChoiceKind.self) ?? .function {
    case .function: return .any(.named(try function(among: names)))
    case .allowedTools:
      let allowed = try object("allowed_tools") { (allowed) throws(ServerError) -> Choice in
        guard let mode = try allowed.word("mode", of: AllowedMode.self) else { throw allowed.missing("mode") }
        let listed = try allowed.objects("tools", atMost: 1024) { (tool) throws(ServerError) in
          guard try tool.word("type", of: ToolKind.self) != nil else { throw tool.missing("type") }
          return try tool.function(among: names)
        }
        guard let listed, !listed.isEmpty else { throw allowed.invalid("tools", "an array of at least one tool") }
        switch mode {
        case .auto: return .among(Set(listed), .automatic)
        case .required: return .among(Set(listed), .required)
        }
      }
      guard let allowed else { throw missing("allowed_tools") }
      return allowed
    }
  }

  /// The name in `function`, which must be one of the tools'.
  private mutating func function(among names: Set<String>) throws(ServerError) -> String {
    let name = try object("function") { (function) throws(ServerError) in try function.requiredString("name") }
    guard let name else { throw missing("function") }
    guard names.contains(name) else {
      throw invalid("function", "the name of one of \"tools\"", found: .string(name))
    }
    return name
  }
}

private enum ChoiceKind: String, CaseIterable {
  case function
  case allowedTools = "allowed_tools"
}

private enum AllowedMode: String, CaseIterable {
  case auto, required
}

private enum ToolKind: String, CaseIterable {
  case function
}
