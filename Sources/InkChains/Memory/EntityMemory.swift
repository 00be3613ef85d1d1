public import InkChat

/// Remembers what was said of persons, places and things, and recalls those that a question names, beside the last
/// words.
public struct EntityMemory: Memory {
  private struct Facts: Decodable, Sendable {
    struct Fact: Decodable, Sendable, SchemaDescribed {
      var name: String
      var text: String
      static let memberDescriptions = [
        "name": "The name of a person, place or thing, as it was said.",
        "text": "All that is known of it now, in a sentence or two.",
      ]
    }
    var facts: [Fact]
  }
  private static let kind = "entity"

  private let log: MemoryLog
  private let turns: Int
  private let model: any ChatModel
  private let guidance: AnswerGuidance
  private let options: GenerationOptions

  /// A memory of a conversation.
  ///
  /// - Parameter turns: how many of the last questions with their answers are recalled word by word.
  public init(
    _ log: MemoryLog, turns: Int = 2, model: any ChatModel, guidance: AnswerGuidance,
    options: GenerationOptions = GenerationOptions()
  ) {
    self.log = log
    self.turns = turns
    self.model = model
    self.guidance = guidance
    self.options = options
  }

  public func recall(for question: String, in context: ChainContext) async throws(ChainError) -> [Message] {
    let lower = question.lowercased()
    let named = try await log.notes(Self.kind).filter { lower.contains($0.key.lowercased()) }
    let facts = named.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    let head: [Message] =
      facts.isEmpty ? [] : [.system("What is known from this conversation:\n" + facts.joined(separator: "\n"))]
    return head + (try await log.last(turns * 2).map(\.message))
  }

  public func remember(question: String, answer: String, in context: ChainContext) async throws(ChainError) {
    try await log.append([.user(question), .assistant(answer)])
    let known = try await log.notes(Self.kind)
    let said = question + "\n" + answer
    let relevant = known.filter { said.lowercased().contains($0.key.lowercased()) }.sorted { $0.key < $1.key }
    let ask = Ask(model, for: try CodableParser<Facts>(), guidance: guidance, options: options)
    let found = try await context.run(
      ask,
      on: [
        .system(
          "List the persons, places and things that the exchange tells something of, with what is known of each."),
        .user(
          "Known before:\n\(relevant.map { "\($0.key): \($0.value)" }.joined(separator: "\n"))\n\n"
            + "Exchange:\nuser: \(question)\nassistant: \(answer)"),
      ])
    let notes = found.facts.filter { !$0.name.isEmpty }.map { ($0.name, $0.text) }
    try await log.keep(Dictionary(notes, uniquingKeysWith: { $1 }), as: Self.kind)
  }
}
