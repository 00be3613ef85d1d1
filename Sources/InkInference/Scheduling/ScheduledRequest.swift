/// What a scheduler knows of a request: numbers of tokens, and how it stands among others.
package struct ScheduledRequest: Sendable, Hashable {
  package let id: RequestID
  /// Tokens of the prompt.
  package let promptTokens: Int
  /// The most tokens that prompt and answer may have together.
  package let maximumTokens: Int
  /// Leading tokens that see each other and are therefore computed in one step.
  package let together: Int
  /// Requests of a higher priority go first.
  package let priority: Int
  /// Who asks: clients share the places and the steps.
  package let client: String
  /// When the first token must have been given out; nil for no limit.
  package let deadline: ContinuousClock.Instant?

  package init(
    id: RequestID, promptTokens: Int, maximumTokens: Int, together: Int = 0, priority: Int = 0, client: String = "",
    deadline: ContinuousClock.Instant? = nil
  ) {
    self.id = id
    self.promptTokens = promptTokens
    self.maximumTokens = maximumTokens
    self.together = together
    self.priority = priority
    self.client = client
    self.deadline = deadline
  }
}
