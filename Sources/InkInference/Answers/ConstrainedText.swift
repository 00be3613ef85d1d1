public import InkChat

/// What an answer's text must be, put together from parts.
public indirect enum ConstrainedText: Sendable, Hashable {
  /// This text, character by character.
  case literal(String)
  /// This text too; where the vocabulary has a special token for it, that token, as the model was trained to write it.
  case mark(String)
  /// Any JSON object.
  case jsonObject
  /// JSON text that is valid by a JSON Schema.
  case jsonSchema(JSONValue)
  /// Text that a regular expression matches as a whole.
  case regularExpression(String)
  /// Text of a grammar in GBNF.
  case grammar(String)
  /// Any text up to a mark, and the mark.
  case anything(upTo: String)
  /// All of these, one behind the other.
  case sequence([ConstrainedText])
  /// One of these.
  case choice([ConstrainedText])
  /// This, as often as that; nil is without end.
  case repeated(ConstrainedText, minimum: Int, maximum: Int?)
}

extension ConstrainedText {
  /// This text in an answer of a model that may think first: its thoughts are free, and come to an end.
  ///
  /// - Parameter layout: what the answer is made of; without a format of thoughts this text stays as it is.
  public func behindThoughts(of layout: AnswerLayout) -> ConstrainedText {
    guard let reasoning = layout.reasoning else { return self }
    let rest = ConstrainedText.sequence([
      .anything(upTo: reasoning.closing), .repeated(.literal("\n"), minimum: 0, maximum: 2), self,
    ])
    switch layout.beginning {
    case .reasoning: return rest
    case .answer: return .choice([self, .sequence([.mark(reasoning.opening), rest])])
    }
  }
}
