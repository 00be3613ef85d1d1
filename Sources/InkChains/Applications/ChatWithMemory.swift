public import InkChat

/// Answers the next question of a conversation that a memory keeps.
public struct ChatWithMemory: Step {
  private let model: any ChatModel
  private let memory: any Memory
  private let instructions: String
  private let options: GenerationOptions

  /// A chat.
  public init(
    _ model: any ChatModel, memory: any Memory, instructions: String = "",
    options: GenerationOptions = GenerationOptions()
  ) {
    self.model = model
    self.memory = memory
    self.instructions = instructions
    self.options = options
  }

  public func run(_ input: String, in context: ChainContext) async throws(ChainError) -> String {
    let recalled = try await memory.recall(for: input, in: context)
    let system: [Message] = instructions.isEmpty ? [] : [.system(instructions)]
    let answer = try await context.run(
      Generate(model, options: options), on: Self.merged(system + recalled) + [.user(input)])
    try await memory.remember(question: input, answer: answer, in: context)
    return answer
  }

  /// Many chat templates take one system message only, at the beginning.
  private static func merged(_ messages: [Message]) -> [Message] {
    let system = messages.filter { $0.role == .system }.map(\.content.text).joined(separator: "\n\n")
    let others = messages.filter { $0.role != .system }
    return system.isEmpty ? others : [.system(system)] + others
  }
}
