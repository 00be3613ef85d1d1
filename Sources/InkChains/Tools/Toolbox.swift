public import InkChat

/// The tools of an agent.
public struct Toolbox: Sendable {
  /// The tools in the order in which models are told of them.
  public let tools: [AgentTool]
  private let answerLimit: Int

  /// A set of tools.
  ///
  /// - Parameter answerLimit: the most characters of a tool's answer that go to the model; what is cut is said.
  /// - Throws: `invalidSetting` when two tools have one name.
  public init(_ tools: [AgentTool], answerLimit: Int = 8_000) throws(ChainError) {
    var names: Set<String> = []
    for tool in tools where !names.insert(tool.definition.name).inserted {
      throw ChainError(
        .invalidSetting, context: "tools", expected: "one tool of each name",
        found: "two of \"\(tool.definition.name)\"")
    }
    self.tools = tools
    self.answerLimit = answerLimit
  }

  /// What models are told of the tools.
  public var definitions: [ToolDefinition] { tools.map(\.definition) }

  /// Answers a call. What went wrong with it becomes an answer that the model can learn from.
  ///
  /// - Throws: `cancelled` and `budget` only.
  public func answer(_ call: ToolCall, in context: ChainContext) async throws(ChainError) -> String {
    let text = try await context.child(named: call.name).observed(call.arguments.text) { inner throws(ChainError) in
      do throws(ChainError) {
        return try await attempt(call, in: inner)
      } catch {
        switch error.code {
        case .cancelled, .budget: throw error
        case .invalidInput, .invalidSetting, .unparsable, .model, .unavailable, .tool, .retrieval, .refused, .store,
          .unsupported:
          return "Error: \(error.description)"
        }
      }
    }
    context.tell(.toolAnswer(call: call, text: text))
    return text
  }

  private func attempt(_ call: ToolCall, in context: ChainContext) async throws(ChainError) -> String {
    guard let tool = tools.first(where: { $0.definition.name == call.name }) else {
      throw ChainError(
        .tool, context: "tool call", expected: "one of " + tools.map(\.definition.name).joined(separator: ", "),
        found: "\"\(call.name)\"")
    }
    let text = try await tool.call(call.arguments, in: context)
    let cut = text.prefix(answerLimit)
    guard cut.endIndex < text.endIndex else { return text }
    return cut + "\n[cut: the answer has more than \(answerLimit) characters]"
  }
}
