public import InkChat

/// The text that a model must write to call tools: exactly that of valid calls, with arguments that are valid by the
/// tools' schemas.
///
/// ```swift
/// let text = try ToolCallGrammar(format: .hermes, tools: tools).text(choice: .required, count: .any)
/// ```
public struct ToolCallGrammar: Sendable {
  private let format: ToolCallFormat
  private let tools: [ToolDefinition]

  /// What calls of these tools look like in a format.
  public init(format: ToolCallFormat, tools: [ToolDefinition]) {
    self.format = format
    self.tools = tools
  }

  /// The text of an answer that is calls and nothing else; nil where no call is demanded.
  ///
  /// A model that thinks first must have ended its thoughts before this text begins.
  ///
  /// - Throws: `invalidOption` when a tool is demanded that there is not, or any where there is none; `unsupported`
  ///   when the parameters of a tool cannot be written in the format.
  public func text(choice: ToolChoice, count: ToolCallCount) throws(GenerationError) -> ConstrainedText? {
    let callable: [ToolDefinition]
    switch choice {
    case .automatic, .none: return nil
    case .required: callable = tools
    case .named(let name): callable = tools.filter { $0.name == name }
    }
    guard !callable.isEmpty else {
      let known = tools.map(\.name).joined(separator: ", ")
      throw GenerationError(
        code: .invalidOption, context: "tool choice", expected: "a call of one of the tools",
        found: tools.isEmpty ? "no tools" : "\(choice.demandedName) among \(known)",
        hint: "Name a tool that the request describes.")
    }
    var calls: [ConstrainedText] = []
    for tool in callable { calls.append(try call(of: tool)) }
    let one = calls.count == 1 ? calls[0] : .choice(calls)
    // A tool that is named is called once.
    if case .named = choice { return joined(one, .atMostOne) }
    return joined(one, count)
  }

  /// The mark that begins a call, or all calls; nil for formats without one.
  public var opening: String? {
    switch format {
    case .hermes, .qwenXML, .glmTags: "<tool_call>"
    case .mistralList, .mistralNamed: "[TOOL_CALLS]"
    case .deepSeekFenced, .deepSeek: "<｜tool▁call▁begin｜>"
    case .llama, .glmLines: nil
    }
  }

  /// What must follow where a model that may call or not has written `opening`: the rest of one call, or of the list of
  /// calls. Nil for formats without a mark.
  ///
  /// - Throws: `unsupported` when the parameters of a tool cannot be written in the format.
  public func textBehindOpening(count: ToolCallCount) throws(GenerationError) -> ConstrainedText? {
    guard opening != nil, !tools.isEmpty else { return nil }
    switch format {
    case .mistralList:
      return try text(choice: .required, count: count).map { $0.withoutFirstPart }
    case .hermes, .qwenXML, .llama, .mistralNamed, .deepSeekFenced, .deepSeek, .glmLines, .glmTags:
      var calls: [ConstrainedText] = []
      for tool in tools { calls.append(try call(of: tool).withoutFirstPart) }
      return calls.count == 1 ? calls[0] : .choice(calls)
    }
  }

  /// How calls stand beside each other in an answer.
  private func joined(_ call: ConstrainedText, _ count: ToolCallCount) -> ConstrainedText {
    let more: ConstrainedText?
    switch (count, format) {
    case (.atMostOne, _): more = nil
    case (.any, .hermes), (.any, .qwenXML), (.any, .glmTags): more = separated(by: [.literal("\n")], call)
    case (.any, .mistralList): more = separated(by: [.literal(", ")], call)
    case (.any, .mistralNamed), (.any, .deepSeek): more = call
    case (.any, .deepSeekFenced): more = separated(by: [.literal("\n")], call)
    // These models were trained to call one tool at a time.
    case (.any, .llama), (.any, .glmLines): more = nil
    }
    var parts = [call]
    if let more { parts.append(.repeated(more, minimum: 0, maximum: nil)) }
    switch format {
    case .hermes, .qwenXML, .llama, .mistralNamed, .glmLines, .glmTags: break
    case .mistralList: parts = [.mark("[TOOL_CALLS]"), .literal("[")] + parts + [.literal("]")]
    case .deepSeekFenced, .deepSeek:
      parts = [.mark("<｜tool▁calls▁begin｜>")] + parts + [.mark("<｜tool▁calls▁end｜>")]
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private func separated(by separator: [ConstrainedText], _ call: ConstrainedText) -> ConstrainedText {
    .sequence(separator + [call])
  }

  private func call(of tool: ToolDefinition) throws(GenerationError) -> ConstrainedText {
    let arguments = ConstrainedText.jsonSchema(tool.argumentSchema)
    let name = JSONValue.string(tool.name).text
    switch format {
    case .hermes:
      return .sequence([
        .mark("<tool_call>"), .literal("\n{\"name\": \(name), \"arguments\": "), arguments, .literal("}\n"),
        .mark("</tool_call>"),
      ])
    case .llama:
      return .sequence([.literal("{\"name\": \(name), \"parameters\": "), arguments, .literal("}")])
    case .mistralList:
      return .sequence([.literal("{\"name\": \(name), \"arguments\": "), arguments, .literal("}")])
    case .mistralNamed:
      return .sequence([.mark("[TOOL_CALLS]"), .literal(try plainName(of: tool)), .mark("[ARGS]"), arguments])
    case .deepSeekFenced:
      return .sequence([
        .mark("<｜tool▁call▁begin｜>"), .literal("function"), .mark(NamedCallReader.separator),
        .literal(try plainName(of: tool) + "\n```json\n"), arguments, .literal("\n```"), .mark("<｜tool▁call▁end｜>"),
      ])
    case .deepSeek:
      return .sequence([
        .mark("<｜tool▁call▁begin｜>"), .literal(try plainName(of: tool)), .mark(NamedCallReader.separator), arguments,
        .mark("<｜tool▁call▁end｜>"),
      ])
    case .glmLines: return .sequence([.literal(try plainName(of: tool) + "\n"), arguments])
    case .glmTags: return .sequence(try TaggedCallGrammar(notation: .glm, tool: tool, name: plainName(of: tool)).parts)
    case .qwenXML: return .sequence(try TaggedCallGrammar(notation: .qwen, tool: tool, name: plainName(of: tool)).parts)
    }
  }

  /// The name where it stands without quotation marks around it.
  private func plainName(of tool: ToolDefinition) throws(GenerationError) -> String {
    guard tool.name.asToolName == tool.name else {
      throw GenerationError(
        code: .unsupported, context: "tool \"\(tool.name)\"", expected: "a name of letters, digits, _ and -",
        found: "characters that end a name in the model's notation", hint: "Rename the tool.")
    }
    return tool.name
  }
}

extension ConstrainedText {
  fileprivate var withoutFirstPart: ConstrainedText {
    if case .sequence(let parts) = self { .sequence(Array(parts.dropFirst())) } else { self }
  }
}

extension ToolDefinition {
  /// The schema of the arguments, which are an object even where the schema does not say so.
  fileprivate var argumentSchema: JSONValue {
    guard case .object(let members) = parameters else { return ["type": "object"] }
    if members.contains(where: { $0.name == "type" }) { return parameters }
    return .object([JSONMember("type", "object")] + members)
  }
}

extension ToolChoice {
  fileprivate var demandedName: String {
    switch self {
    case .named(let name): "\"\(name)\""
    case .automatic, .none, .required: "none"
    }
  }
}
