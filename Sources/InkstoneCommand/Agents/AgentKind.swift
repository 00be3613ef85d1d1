import ArgumentParser
package import InkChains
import InkChat

/// How an agent thinks.
package enum AgentKind: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// The model calls tools by function calling.
  case function
  /// Thought, action and observation as text.
  case react
  /// Each turn is a JSON object.
  case structured
  /// A plan first, then its steps.
  case plan

  /// Lets an agent of the kind work.
  package func run(
    _ task: String, _ agent: AgentSettings, guidance: AnswerGuidance, settings: RunSettings
  ) async throws(ChainError) -> String {
    switch self {
    case .function: try await FunctionAgent(agent)([.user(task)], settings: settings)
    case .react: try await ReActAgent(agent)(task, settings: settings)
    case .structured: try await StructuredChatAgent(agent, guidance: guidance)([.user(task)], settings: settings)
    case .plan: try await PlanAndExecuteAgent(agent, guidance: guidance)(task, settings: settings)
    }
  }
}
