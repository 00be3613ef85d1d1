import InkChat
import InkTokenizers

extension ConstrainedText {
  /// The text that a form demands; nil for any.
  init?(_ form: AnswerForm) {
    switch form {
    case .free: return nil
    case .jsonObject: self = .jsonObject
    case .jsonSchema(let schema): self = .jsonSchema(schema)
    case .regularExpression(let pattern): self = .regularExpression(pattern)
    case .grammar(let source): self = .grammar(source)
    case .choice(let texts): self = .choice(texts.map { .literal($0) })
    }
  }

  /// The part of a grammar that this text is.
  var part: GrammarPart {
    switch self {
    case .literal(let text): .literal(text)
    // The table of tokens knows what the tokens of marks spell.
    case .mark(let text): .literal(text)
    case .jsonObject: .jsonObject
    case .jsonSchema(let schema): .jsonSchema(Array(schema.text.utf8))
    case .regularExpression(let pattern): .regularExpression(pattern)
    case .grammar(let source): .gbnf(source, root: "root")
    case .anything(let mark): .textThrough(mark)
    case .sequence(let texts): .sequence(texts.map(\.part))
    case .choice(let texts): .choice(texts.map(\.part))
    case .repeated(let text, let minimum, let maximum): .repeated(text.part, least: minimum, most: maximum)
    }
  }
}
