public import InkChat

/// Remembers the last words as they were said, and a summary of what no longer fits.
public struct SummaryBufferMemory: Memory {
  private let log: MemoryLog
  private let summary: ConversationSummary
  private let tokens: Int
  private let measure: TextMeasure

  /// A memory of a conversation.
  ///
  /// - Parameter tokens: the most tokens of messages that are recalled word by word.
  public init(
    _ log: MemoryLog, tokens: Int, measure: TextMeasure = .estimate, model: any ChatModel,
    options: GenerationOptions = GenerationOptions()
  ) {
    self.log = log
    summary = ConversationSummary(log: log, model: model, options: options)
    self.tokens = tokens
    self.measure = measure
  }

  public func recall(for question: String, in context: ChainContext) async throws(ChainError) -> [Message] {
    let next = try await summary.current().next
    return try await summary.messages() + log.entries(from: next).map(\.message)
  }

  public func remember(question: String, answer: String, in context: ChainContext) async throws(ChainError) {
    try await log.append([.user(question), .assistant(answer)])
    let entries = try await log.entries(from: try await summary.current().next)
    let start = MemoryWindow.start(in: entries, tokens: tokens, measure: measure)
    try await summary.extend(by: entries.prefix(start), in: context)
  }
}
