public import InkChat

/// Remembers every exchange and recalls those that are most like a question, in the order in which they were said.
public struct VectorMemory: Memory {
  private let log: MemoryLog
  private let embedder: any Embedder
  private let count: Int

  /// A memory of a conversation.
  ///
  /// - Parameter count: how many questions with their answers are recalled.
  public init(_ log: MemoryLog, count: Int, embedder: any Embedder) {
    self.log = log
    self.count = count
    self.embedder = embedder
  }

  public func recall(for question: String, in context: ChainContext) async throws(ChainError) -> [Message] {
    let entries = try await log.entries()
    let query = try await UnitVectors.embed([question], as: .query, with: embedder)
    guard let query = query.first else { return [] }
    var exchanges: [(start: Int, likeness: Float)] = []
    for (position, entry) in entries.enumerated() where entry.message.role == .user && entry.vector.count == query.count
    {
      exchanges.append((position, UnitVectors.dot(entry.vector, query)))
    }
    let best = exchanges.sorted { (-$0.likeness, $0.start) < (-$1.likeness, $1.start) }.prefix(max(count, 0))
    return best.map(\.start).sorted().flatMap { start in
      entries[start..<min(start + 2, entries.count)].map(\.message)
    }
  }

  public func remember(question: String, answer: String, in context: ChainContext) async throws(ChainError) {
    let vectors = try await UnitVectors.embed([question + "\n" + answer], as: .document, with: embedder)
    try await log.append([.user(question), .assistant(answer)], vectors: vectors)
  }
}
