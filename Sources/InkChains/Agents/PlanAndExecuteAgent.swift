import InkChat

/// An agent that first makes a plan, then works on its steps one after the other with tools, then answers (Wang et al.
/// 2023, plan-and-solve prompting).
public struct PlanAndExecuteAgent: Step {
  private struct Plan: Decodable, Sendable, SchemaDescribed {
    var steps: [String]
    static let memberDescriptions = ["steps": "What to do, in order, one sentence each."]
  }

  private let settings: AgentSettings
  private let guidance: AnswerGuidance
  private let longestPlan: Int

  /// An agent.
  ///
  /// - Parameters:
  ///   - guidance: how the model is brought to write a plan that can be read.
  ///   - longestPlan: the most steps of a plan; a longer one is an error.
  public init(_ settings: AgentSettings, guidance: AnswerGuidance, longestPlan: Int = 8) {
    self.settings = settings
    self.guidance = guidance
    self.longestPlan = longestPlan
  }

  public func run(_ input: String, in context: ChainContext) async throws(ChainError) -> String {
    let limited = context.limited(to: settings.budget)
    return try await limited.withinTime { () async throws(ChainError) in try await work(input, in: limited) }
  }

  private func work(_ task: String, in context: ChainContext) async throws(ChainError) -> String {
    try context.meter.takeStep()
    let names = settings.tools.definitions.map { "\($0.name): \($0.description)" }.joined(separator: "\n")
    let planning = Ask(
      settings.model, for: try CodableParser<Plan>(), guidance: guidance, options: settings.options)
    let plan = try await context.run(
      planning,
      on: settings.system("Make a plan of at most \(longestPlan) steps for the task. There are these tools:\n\(names)")
        + [.user(task)])
    guard (1...max(longestPlan, 1)).contains(plan.steps.count) else {
      throw ChainError(
        .unparsable, context: "plan", expected: "1 to \(longestPlan) steps", found: "\(plan.steps.count)")
    }
    // The worker's turns count against this agent's budget, which is the context's.
    var worker = settings
    worker.budget = Budget()
    var done: [String] = []
    for (number, step) in plan.steps.enumerated() {
      let report = done.isEmpty ? "" : "Done already:\n" + done.joined(separator: "\n") + "\n\n"
      let result = try await context.run(
        FunctionAgent(worker),
        on: [.user("Task: \(task)\n\n\(report)Now do step \(number + 1) only: \(step)")])
      done.append("\(number + 1). \(step) Result: \(result)")
    }
    try context.meter.takeStep()
    return try await context.run(
      Generate(settings.model, options: settings.options),
      on: settings.system()
        + [.user("Task: \(task)\n\nWhat was done:\n\(done.joined(separator: "\n"))\n\nGive the final answer.")])
  }
}
