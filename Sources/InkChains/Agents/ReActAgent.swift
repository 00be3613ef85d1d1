import InkChat

/// An agent for models without function calling: thought, action and observation as text (Yao et al. 2022).
public struct ReActAgent: Step {
  private let settings: AgentSettings

  /// An agent.
  public init(_ settings: AgentSettings) { self.settings = settings }

  public func run(_ input: String, in context: ChainContext) async throws(ChainError) -> String {
    let limited = context.limited(to: settings.budget)
    return try await limited.withinTime { () async throws(ChainError) in try await loop(input, in: limited) }
  }

  private func loop(_ question: String, in context: ChainContext) async throws(ChainError) -> String {
    var messages = settings.system(rules) + [.user("Question: \(question)")]
    var options = settings.options
    options.stopStrings.append("Observation:")
    var number = 0
    while true {
      try context.meter.takeStep()
      let answer = try await context.generate(messages, with: settings.model, options: options)
      messages.append(.assistant(answer.text))
      do throws(ChainError) {
        switch try ReActStep(answer.text) {
        case .final(let text): return text
        case .action(let name, let arguments):
          number += 1
          let call = ToolCall(identifier: "action-\(number)", name: name, arguments: arguments)
          context.tell(.toolCall(call))
          messages.append(.user("Observation: " + (try await settings.tools.answer(call, in: context))))
        }
      } catch {
        guard error.code == .unparsable else { throw error }
        messages.append(.user("Observation: \(error.description)"))
      }
    }
  }

  private var rules: String {
    let tools = settings.tools.definitions.map { "\($0.name): \($0.description) Arguments: \($0.parameters.text)" }
    return """
      You can use these tools:
      \(tools.joined(separator: "\n"))

      Write in this form:
      Thought: what you think
      Action: the name of one tool
      Action Input: its arguments as one JSON object
      Then stop; you are told the result as "Observation:". When you know the answer, write:
      Final Answer: the answer
      """
  }
}
