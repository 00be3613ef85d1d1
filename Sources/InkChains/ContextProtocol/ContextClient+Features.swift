public import InkChat

extension ContextClient {
  /// How many pages of a list are read before a server is taken for one that never ends.
  private static var longestList: Int { 100 }

  /// The server's tools, ready for an agent.
  ///
  /// - Throws: `unparsable` for a list that cannot be read; `invalidSetting` for a tool whose name models cannot call.
  public func tools() async throws(ChainError) -> [AgentTool] {
    var tools: [AgentTool] = []
    for entry in try await list("tools/list", "tools") {
      guard case .string(let name)? = entry["name"], let schema = entry["inputSchema"] else {
        throw Self.unreadable("a tool with name and inputSchema", entry)
      }
      let definition = ToolDefinition(name: name, description: Self.text(entry["description"]), parameters: schema)
      tools.append(
        try AgentTool(definition) { (arguments, _) throws(ChainError) in
          try await self.callTool(name, arguments)
        })
    }
    return tools
  }

  /// The server's resources.
  public func resources() async throws(ChainError) -> [ContextResource] {
    var resources: [ContextResource] = []
    for entry in try await list("resources/list", "resources") {
      guard case .string(let uri)? = entry["uri"], case .string(let name)? = entry["name"] else {
        throw Self.unreadable("a resource with uri and name", entry)
      }
      let type = Self.text(entry["mimeType"])
      resources.append(
        ContextResource(
          uri: uri, name: name, description: Self.text(entry["description"]),
          mediaType: type.isEmpty ? "text/plain" : type))
    }
    return resources
  }

  /// The text of a resource.
  ///
  /// - Throws: `unsupported` when it is not text.
  public func read(_ uri: String) async throws(ChainError) -> String {
    let answer = try await call("resources/read", ["uri": .string(uri)])
    guard case .array(let contents)? = answer["contents"] else { throw Self.unreadable("contents", answer) }
    return try Self.joined(contents)
  }

  /// The names of the server's prompts.
  public func promptNames() async throws(ChainError) -> [String] {
    try await list("prompts/list", "prompts").map { Self.text($0["name"]) }
  }

  /// The messages of a prompt.
  public func prompt(_ name: String, _ values: [String: String]) async throws(ChainError) -> [Message] {
    let arguments = values.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }
    let answer = try await call("prompts/get", ["name": .string(name), "arguments": .object(arguments)])
    guard case .array(let entries)? = answer["messages"] else { throw Self.unreadable("messages", answer) }
    var messages: [Message] = []
    for entry in entries {
      let text = try Self.joined([entry["content"] ?? .null])
      switch entry["role"] {
      case .string("user")?: messages.append(.user(text))
      case .string("assistant")?: messages.append(.assistant(text))
      default: throw Self.unreadable("a role user or assistant", entry)
      }
    }
    return messages
  }

  private func callTool(_ name: String, _ arguments: JSONValue) async throws(ChainError) -> String {
    let answer = try await call("tools/call", ["name": .string(name), "arguments": arguments])
    guard case .array(let contents)? = answer["content"] else { throw Self.unreadable("content", answer) }
    let text = try Self.joined(contents)
    guard answer["isError"] != .boolean(true) else { throw ChainError(.tool, context: name, found: text) }
    return text
  }

  /// All pages of a list.
  private func list(_ method: String, _ member: String) async throws(ChainError) -> [JSONValue] {
    var entries: [JSONValue] = []
    var cursor: JSONValue?
    for _ in 0..<Self.longestList {
      let answer = try await call(method, cursor.map { ["cursor": $0] } ?? .object([]))
      guard case .array(let page)? = answer[member] else { throw Self.unreadable(member, answer) }
      entries += page
      guard case .string? = answer["nextCursor"] else { return entries }
      cursor = answer["nextCursor"]
    }
    throw ChainError(.tool, context: method, expected: "at most \(Self.longestList) pages", found: "more")
  }

  private static func joined(_ contents: [JSONValue]) throws(ChainError) -> String {
    var texts: [String] = []
    for content in contents {
      guard case .string(let text)? = content["text"] else {
        throw ChainError(.unsupported, context: "context server", expected: "text", found: text(content["type"]))
      }
      texts.append(text)
    }
    return texts.joined(separator: "\n")
  }

  private static func text(_ value: JSONValue?) -> String {
    if case .string(let text)? = value { text } else { "" }
  }

  private static func unreadable(_ expected: String, _ found: JSONValue) -> ChainError {
    ChainError(
      .unparsable, context: "context server", expected: expected, found: "\"\(found.text.prefix(120))\"")
  }
}
