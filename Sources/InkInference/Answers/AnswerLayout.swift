public import InkTokenizers

/// What the raw text of a model's answer is made of.
public struct AnswerLayout: Sendable, Hashable {
  /// Where the answer's text begins.
  public enum Beginning: Sendable, Hashable {
    case answer
    /// Inside a thought that the prompt opened.
    case reasoning
  }

  /// How the model writes tool calls; nil when it writes none.
  public var toolCalls: ToolCallFormat?
  /// How it marks its thoughts; nil when it has none.
  public var reasoning: ReasoningFormat?
  /// Where the answer begins.
  public var beginning: Beginning

  /// A layout with every field given.
  public init(toolCalls: ToolCallFormat?, reasoning: ReasoningFormat?, beginning: Beginning = .answer) {
    self.toolCalls = toolCalls
    self.reasoning = reasoning
    self.beginning = beginning
  }

  /// The layout that a chat template and the prompt it made ask for.
  ///
  /// - Parameters:
  ///   - source: the template's Jinja text.
  ///   - prompt: what it rendered.
  ///   - continued: the text of the message that the answer goes on with, nil for an answer in a turn of its own.
  public init(templateSource source: String, prompt: String, continuing continued: String? = nil) {
    toolCalls = ToolCallFormat(templateSource: source)
    reasoning = ReasoningFormat(templateSource: source)
    beginning = reasoning?.isOpen(atEndOf: prompt, continuing: continued) == true ? .reasoning : .answer
  }

  /// Every mark that an answer may hold.
  public var marks: [String] {
    (toolCalls?.marks ?? []) + (reasoning.map { [$0.opening, $0.closing] } ?? [])
  }

  /// How an answer must be decoded for an `AnswerParser`: marks that are special tokens of the vocabulary appear, all
  /// other special tokens do not.
  public func specialTokens(of tokenizer: Tokenizer) -> SpecialTokenDecoding {
    .keepOnly(Set(marks.compactMap { tokenizer.id(ofPiece: $0) }))
  }
}
