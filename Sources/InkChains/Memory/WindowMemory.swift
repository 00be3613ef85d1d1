public import InkChat

/// Remembers the last questions with their answers.
public struct WindowMemory: Memory {
  private let log: MemoryLog
  private let turns: Int

  /// A memory of a conversation.
  ///
  /// - Parameter turns: how many questions with their answers are recalled; all are kept.
  public init(_ log: MemoryLog, turns: Int) {
    self.log = log
    self.turns = turns
  }

  public func recall(for question: String, in context: ChainContext) async throws(ChainError) -> [Message] {
    try await log.last(turns > Int.max / 2 ? Int.max : turns * 2).map(\.message)
  }

  public func remember(question: String, answer: String, in context: ChainContext) async throws(ChainError) {
    try await log.append([.user(question), .assistant(answer)])
  }
}
