public import InkChat

/// Remembers every word.
public struct BufferMemory: Memory {
  private let log: MemoryLog

  /// A memory of a conversation.
  public init(_ log: MemoryLog) { self.log = log }

  public func recall(for question: String, in context: ChainContext) async throws(ChainError) -> [Message] {
    try await log.entries().map(\.message)
  }

  public func remember(question: String, answer: String, in context: ChainContext) async throws(ChainError) {
    try await log.append([.user(question), .assistant(answer)])
  }
}
