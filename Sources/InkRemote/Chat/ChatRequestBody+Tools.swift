import InkChat

extension ChatRequestBody {
  mutating func addTools(_ options: GenerationOptions) throws(GenerationError) {
    guard !options.tools.isEmpty else {
      switch options.toolChoice {
      case .automatic, .none: return
      case .required, .named:
        throw GenerationError(
          code: .invalidOption, context: "tool choice", expected: "tools to choose from", found: "none")
      }
    }
    add(
      "tools",
      .array(
        options.tools.map { tool in
          let function = [
            JSONMember("name", .string(tool.name)), JSONMember("description", .string(tool.description)),
            JSONMember("parameters", tool.parameters),
          ]
          return ["type": "function", "function": .object(function + tool.further)]
        }))
    switch options.toolChoice {
    case .automatic: add("tool_choice", "auto")
    case .none: add("tool_choice", "none")
    case .required: add("tool_choice", "required")
    case .named(let name): add("tool_choice", ["type": "function", "function": ["name": .string(name)]])
    }
    switch options.toolCallCount {
    case .any: break
    case .atMostOne: add("parallel_tool_calls", false)
    }
  }
}
