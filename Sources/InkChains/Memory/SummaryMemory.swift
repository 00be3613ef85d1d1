public import InkChat

/// Remembers a summary, which a model brings up to date after each answer. The words are kept but not recalled.
public struct SummaryMemory: Memory {
  private let log: MemoryLog
  private let summary: ConversationSummary

  /// A memory of a conversation.
  public init(_ log: MemoryLog, model: any ChatModel, options: GenerationOptions = GenerationOptions()) {
    self.log = log
    summary = ConversationSummary(log: log, model: model, options: options)
  }

  public func recall(for question: String, in context: ChainContext) async throws(ChainError) -> [Message] {
    try await summary.messages()
  }

  public func remember(question: String, answer: String, in context: ChainContext) async throws(ChainError) {
    try await log.append([.user(question), .assistant(answer)])
    let known = try await summary.current()
    try await summary.extend(by: try await log.entries(from: known.next), in: context)
  }
}
