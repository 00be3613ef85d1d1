package import InkChains
package import InkChat

/// A task for an agent, with all that its requests to a model depend on, so that it can be written down and done again.
package struct AgentTask: Sendable, Equatable {
  package var task: String
  package var kind: AgentKind
  package var instructions: String
  /// The most turns.
  package var steps: Int
  /// The most tokens of prompts and answers together; nil sets no limit.
  package var tokens: Int?
  /// What may be paid, and what tokens cost.
  package var cost: CostLimit
  /// The most tokens of one turn.
  package var turnTokens: Int
  /// How tokens are chosen.
  package var sampling: AnswerSampling
  /// How often an answer may be repaired; nil holds the model to the form.
  package var repairs: Int?

  /// A task with every field given.
  package init(
    task: String, kind: AgentKind, instructions: String = "", steps: Int, tokens: Int? = nil,
    cost: CostLimit = CostLimit(), turnTokens: Int,
    sampling: AnswerSampling = AnswerSampling(), repairs: Int? = nil
  ) {
    self.task = task
    self.kind = kind
    self.instructions = instructions
    self.steps = steps
    self.tokens = tokens
    self.cost = cost
    self.turnTokens = turnTokens
    self.sampling = sampling
    self.repairs = repairs
  }

  /// Does the task.
  ///
  /// - Parameter time: how long it may take; nil sets no limit.
  package func run(
    model: any ChatModel, tools: Toolbox, time: Duration?, settings: RunSettings
  ) async throws(ChainError) -> String {
    var settings = settings
    // Its own limit and not the caller's, so that a replay ends where the run did.
    settings.shared = cost.meter
    let agent = AgentSettings(
      model: model, tools: tools, budget: Budget(steps: steps, tokens: tokens, time: time), instructions: instructions,
      options: GenerationOptions(sampling: sampling.parameters, maximumTokens: turnTokens))
    return try await kind.run(
      task, agent, guidance: repairs.map { .instructed(repairs: $0) } ?? .constrained, settings: settings)
  }
}
