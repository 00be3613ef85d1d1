public import InkChat

/// An agent whose model calls tools by function calling.
///
/// The input is a conversation, the output the model's last answer.
public struct FunctionAgent: Step {
  private let settings: AgentSettings

  /// An agent.
  public init(_ settings: AgentSettings) { self.settings = settings }

  public func run(_ input: [Message], in context: ChainContext) async throws(ChainError) -> String {
    let limited = context.limited(to: settings.budget)
    return try await limited.withinTime { () async throws(ChainError) in
      try await loop(settings.system() + input, in: limited)
    }
  }

  private func loop(_ start: [Message], in context: ChainContext) async throws(ChainError) -> String {
    var messages = start
    var options = settings.options
    options.tools = settings.tools.definitions
    while true {
      try context.meter.takeStep()
      let answer = try await context.generate(messages, with: settings.model, options: options)
      guard !answer.toolCalls.isEmpty else { return answer.text }
      messages.append(.assistant(answer.text, toolCalls: answer.toolCalls))
      for call in answer.toolCalls {
        try context.meter.check()
        messages.append(.tool(try await settings.tools.answer(call, in: context), answering: call))
      }
    }
  }
}
