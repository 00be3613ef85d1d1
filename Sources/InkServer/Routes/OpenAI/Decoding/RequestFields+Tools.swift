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
    if let choice = try toolChoice(among: names) { options.toolChoice = choice }
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

  private mutating func toolChoice(among names: Set<String>) throws(ServerError) -> ToolChoice? {
    guard let value = value("tool_choice") else { return nil }
    let choice: ToolChoice
    switch value {
    case .string("auto"): choice = .automatic
    case .string("none"): choice = .none
    case .string("required"): choice = .required
    case .object:
      choice =
        try object("tool_choice") { (choice) throws(ServerError) -> ToolChoice in
          guard try choice.string("type") ?? "function" == "function" else {
            throw choice.invalid("type", "\"function\"")
          }
          let name = try choice.object("function") { (function) throws(ServerError) in
            try function.requiredString("name")
          }
          guard let name else { throw choice.missing("function") }
          guard names.contains(name) else {
            throw choice.invalid("function", "the name of one of \"tools\"", found: .string(name))
          }
          return .named(name)
        } ?? .automatic
    case .null, .boolean, .integer, .number, .string, .array:
      throw invalid("tool_choice", "\"none\", \"auto\", \"required\" or an object with a function's name", found: value)
    }
    switch choice {
    case .automatic, .none: return choice
    case .required, .named:
      guard !names.isEmpty else {
        throw invalid("tool_choice", "absent, \"auto\" or \"none\" where there are no \"tools\"")
      }
      return choice
    }
  }
}
