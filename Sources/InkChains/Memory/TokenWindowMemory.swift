public import InkChat

/// Remembers as many of the last questions with their answers as fit a number of tokens.
public struct TokenWindowMemory: Memory {
  private let log: MemoryLog
  private let tokens: Int
  private let measure: TextMeasure

  /// A memory of a conversation.
  public init(_ log: MemoryLog, tokens: Int, measure: TextMeasure = .estimate) {
    self.log = log
    self.tokens = tokens
    self.measure = measure
  }

  public func recall(for question: String, in context: ChainContext) async throws(ChainError) -> [Message] {
    let entries = try await log.entries()
    return entries.dropFirst(MemoryWindow.start(in: entries, tokens: tokens, measure: measure)).map(\.message)
  }

  public func remember(question: String, answer: String, in context: ChainContext) async throws(ChainError) {
    try await log.append([.user(question), .assistant(answer)])
  }
}
