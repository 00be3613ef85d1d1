public import InkChat
public import InkFormats

extension ToolDefinition {
  /// Reads a list of tools in the form of OpenAI's API: `{"type": "function", "function": {"name": …}}` each, or the
  /// functions alone. Without parameters a tool takes none.
  ///
  /// - Parameters:
  ///   - json: the text of a JSON array, in UTF-8.
  ///   - file: where it is from, for messages.
  /// - Throws: `malformed` for text that is not JSON; `typeMismatch`, `missing`, `unsupported` or `duplicate` with the
  ///   path inside the document.
  public static func list(json: [UInt8], file: String) throws(FormatError) -> [ToolDefinition] {
    var tools: [ToolDefinition] = []
    for entry in try JSONDocument(json, file: file).root.array {
      let tool = try ToolDefinition(entry, file: file)
      guard !tools.contains(where: { $0.name == tool.name }) else {
        throw FormatError(
          .duplicate, file: file, context: entry.path, expected: "tools of different names", found: tool.name)
      }
      tools.append(tool)
    }
    return tools
  }

  private init(_ entry: JSONNode, file: String) throws(FormatError) {
    var function = entry
    if entry["type"].ifPresent != nil || entry["function"].ifPresent != nil {
      guard try entry["type"].string == "function" else {
        throw FormatError(
          .unsupported, file: file, context: entry["type"].path, expected: "function",
          found: try entry["type"].string, hint: "Only functions can be called.")
      }
      for (key, member) in try entry.members where key != "type" && key != "function" {
        throw FormatError(
          .unsupported, file: file, context: member.path, expected: "type and function", found: key,
          hint: "Further members belong into function.")
      }
      function = entry["function"]
    }
    var tool = ToolDefinition(
      name: try function["name"].string, description: "",
      parameters: ["type": "object", "properties": .object([])])
    for (key, member) in try function.members {
      switch key {
      case "name": break
      case "description": tool.description = try member.string
      case "parameters":
        _ = try member.members
        tool.parameters = try JSONValue(member)
      default: tool.further.append(JSONMember(key, try JSONValue(member)))
      }
    }
    self = tool
  }
}

extension PromptDocument {
  /// Reads a list of documents: objects, usually with `title` and `text`.
  ///
  /// - Parameters:
  ///   - json: the text of a JSON array, in UTF-8.
  ///   - file: where it is from, for messages.
  /// - Throws: `malformed` for text that is not JSON; `typeMismatch` with the path inside the document.
  public static func list(json: [UInt8], file: String) throws(FormatError) -> [PromptDocument] {
    var documents: [PromptDocument] = []
    for entry in try JSONDocument(json, file: file).root.array {
      var members: [JSONMember] = []
      for (key, member) in try entry.members { members.append(JSONMember(key, try JSONValue(member))) }
      documents.append(PromptDocument(members: members))
    }
    return documents
  }
}

extension JSONValue {
  /// The value at a place of a document. A whole number beyond 64 bits becomes one with a fraction, as in templates.
  fileprivate init(_ node: JSONNode) throws(FormatError) {
    switch node.value {
    case nil: throw node.mismatch("a value")
    case .null?: self = .null
    case .bool(let flag)?: self = .boolean(flag)
    case .number(let text)?:
      if let whole = Int64(text) { self = .integer(whole) } else { self = .number(try node.double) }
    case .string(let text)?: self = .string(text)
    case .array?:
      var elements: [JSONValue] = []
      for element in try node.array { elements.append(try JSONValue(element)) }
      self = .array(elements)
    case .object?:
      var members: [JSONMember] = []
      for (key, member) in try node.members { members.append(JSONMember(key, try JSONValue(member))) }
      self = .object(members)
    }
  }
}
