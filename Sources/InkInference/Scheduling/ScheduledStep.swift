/// What one step computes.
package struct ScheduledStep: Sendable, Hashable {
  /// A request and the tokens it advances by.
  package struct Advance: Sendable, Hashable {
    package let id: RequestID
    /// Tokens from where its sequence is cached up to; those behind the known ones are guesses.
    package let tokens: Int

    package init(id: RequestID, tokens: Int) {
      self.id = id
      self.tokens = tokens
    }
  }

  /// In the order of rows: those being decoded, then prompts.
  package var advances: [Advance] = []
  /// Requests that left the queue.
  package var admitted: [RequestID] = []
  /// Requests that lost their pages and went back to the queue.
  package var preempted: [RequestID] = []
}
