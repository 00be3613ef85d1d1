public import InkChat

/// Asks a chat model and reads its answer with a parser.
///
/// ```swift
/// struct Person: Decodable, Sendable { var name: String; var age: Int }
/// let extract = Chain {
///   Transform("question") { (text: String) in [Message.user("Who is this about? " + text)] }
///   Ask(model, for: try CodableParser<Person>(), guidance: .constrained)
/// }
/// ```
public struct Ask<Parser: AnswerParser>: Step {
  private let model: any ChatModel
  private let parser: Parser
  private let guidance: AnswerGuidance
  private let options: GenerationOptions

  /// A step whose output is what the parser reads.
  public init(
    _ model: any ChatModel, for parser: Parser, guidance: AnswerGuidance,
    options: GenerationOptions = GenerationOptions()
  ) {
    self.model = model
    self.parser = parser
    self.guidance = guidance
    self.options = options
  }

  public func run(_ input: [Message], in context: ChainContext) async throws(ChainError) -> Parser.Output {
    switch guidance {
    case .constrained:
      var options = options
      options.form = parser.form
      let answer = try await context.generate(input, with: model, options: options)
      do throws(ChainError) {
        return try parser.parse(answer.text)
      } catch {
        throw Self.explained(error, answer)
      }
    case .instructed(let repairs):
      return try await ask(Self.instructed(input, parser.instructions), repairs: repairs, in: context)
    }
  }

  private func ask(
    _ messages: [Message], repairs: Int, in context: ChainContext
  ) async throws(ChainError) -> Parser.Output {
    var messages = messages
    var repair = 0
    while true {
      let answer = try await context.generate(messages, with: model, options: options)
      do throws(ChainError) {
        return try parser.parse(answer.text)
      } catch {
        guard error.code == .unparsable, repair < repairs else { throw Self.explained(error, answer) }
        repair += 1
        context.tell(.retrying(attempt: repair + 1, after: error))
        messages += [
          .assistant(answer.text),
          .user(
            "That answer cannot be read: \(error.description)\n\(parser.instructions)\nAnswer again, only so."),
        ]
      }
    }
  }

  /// The instructions go to the end of the last message of the user, where models heed them most.
  private static func instructed(_ messages: [Message], _ instructions: String) -> [Message] {
    var messages = messages
    guard let last = messages.lastIndex(where: { $0.role == .user }) else {
      return messages + [.user(instructions)]
    }
    switch messages[last].content {
    case .text(let text): messages[last].content = .text(text + "\n\n" + instructions)
    case .parts(let parts): messages[last].content = .parts(parts + [.text("\n\n" + instructions)])
    }
    return messages
  }

  /// An answer that was cut explains why it cannot be read.
  private static func explained(_ error: ChainError, _ answer: CollectedGeneration) -> ChainError {
    switch answer.result.finishReason {
    case .length, .contextFull:
      ChainError(
        error.code, context: error.context, expected: error.expected, found: error.found,
        hint: "The answer was cut at its limit of tokens; allow more.")
    case .endToken, .stopString, .toolCalls, .cancelled: error
    }
  }
}
