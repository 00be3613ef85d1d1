package import InkChains
package import InkChat

/// A conversation that is kept between runs.
package struct ChatMemory: Sendable {
  /// What the conversation is called.
  package let name: String
  private let log: MemoryLog
  private let memory: any Memory

  /// A conversation in a store, and what is recalled of it.
  package init(name: String, log: MemoryLog, memory: any Memory) {
    self.name = name
    self.log = log
    self.memory = memory
  }

  /// Every word that was said until now.
  package func turns() async throws(ChainError) -> [Message] { try await log.entries().map(\.message) }

  /// What the model is given for a question: what it is told first, what is recalled, and the question.
  package func messages(for question: String, system: String) async throws(ChainError) -> [Message] {
    let recalled = try await memory.recall(for: question, in: ChainContext(RunSettings()))
    // Many chat templates take one system message only, at the beginning.
    let told = ([system] + recalled.filter { $0.role == .system }.map(\.content.text)).filter { !$0.isEmpty }
    let head: [Message] = told.isEmpty ? [] : [.system(told.joined(separator: "\n\n"))]
    return head + recalled.filter { $0.role != .system } + [.user(question)]
  }

  /// Keeps a question and its answer.
  package func remember(question: String, answer: String) async throws(ChainError) {
    try await memory.remember(question: question, answer: answer, in: ChainContext(RunSettings()))
  }

  /// Forgets the conversation.
  package func forget() async throws(ChainError) { try await log.forget() }
}
