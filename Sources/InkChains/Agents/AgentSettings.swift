public import InkChat

/// What every kind of agent needs.
public struct AgentSettings: Sendable {
  /// Who thinks.
  public var model: any ChatModel
  /// What it may call.
  public var tools: Toolbox
  /// What one run may use; it counts against the budget of the chain around it, too.
  public var budget: Budget
  /// What the agent is told of its task, before the rules of its kind.
  public var instructions: String
  /// How the model answers.
  public var options: GenerationOptions

  /// Settings; without a limit of its own an agent takes at most ten steps.
  public init(
    model: any ChatModel, tools: Toolbox, budget: Budget = Budget(steps: 10), instructions: String = "",
    options: GenerationOptions = GenerationOptions()
  ) {
    self.model = model
    self.tools = tools
    self.budget = budget
    self.instructions = instructions
    self.options = options
  }

  /// The system message, or none when there is nothing to say.
  func system(_ rules: String = "") -> [Message] {
    let text = [instructions, rules].filter { !$0.isEmpty }.joined(separator: "\n\n")
    return text.isEmpty ? [] : [.system(text)]
  }
}
