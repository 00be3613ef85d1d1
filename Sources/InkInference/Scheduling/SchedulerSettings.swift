/// How much a scheduler takes on.
package struct SchedulerSettings: Sendable, Hashable {
  /// Requests computed side by side.
  package var parallel: Int
  /// Requests that may wait; further ones are refused.
  package var queueLimit: Int
  /// Rows of one step. Tokens being decoded come first, prompts get the rest.
  package var stepTokens: Int
  /// Rows that prompts get in a step even when those being decoded would fill it.
  package var leastPromptTokens: Int
  /// Tokens that a prompt may take before it lets shorter ones pass.
  package var quantum: Int
  /// Tokens of one page of the cache.
  package var tokensPerPage: Int

  package init(
    parallel: Int = 16, queueLimit: Int = 256, stepTokens: Int = 128, leastPromptTokens: Int = 32, quantum: Int = 512,
    tokensPerPage: Int = 64
  ) {
    self.parallel = max(parallel, 1)
    self.queueLimit = max(queueLimit, 0)
    self.stepTokens = max(stepTokens, 1)
    self.leastPromptTokens = max(leastPromptTokens, 1)
    self.quantum = max(quantum, 1)
    self.tokensPerPage = max(tokensPerPage, 1)
  }
}
