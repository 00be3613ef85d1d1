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
  /// Any text up to a mark, and the mark. The mark's first character must not come twice in it.
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

  /// A regular expression for any text up to a mark, with the mark.
  ///
  /// It spells out what may follow each beginning of the mark without completing it, so it needs no lookahead. The
  /// first character of the mark must not come twice in it, as in all marks of this module.
  public static func pattern(upTo mark: String) -> String {
    let scalars = Array(mark.unicodeScalars)
    guard let first = scalars.first else { return "[\\s\\S]*" }
    let outside = "[^\(escaped(first, in: .set))]*\(escaped(first, in: .text))"
    // Behind the first character: what leads away from the mark and back to a first character.
    var detours: [String] = []
    var beginning = ""
    for scalar in scalars.dropFirst() {
      detours.append(beginning + escaped(first, in: .text))
      detours.append(beginning + "[^\(escaped(scalar, in: .set))\(escaped(first, in: .set))]" + outside)
      beginning += escaped(scalar, in: .text)
    }
    return detours.isEmpty ? outside : "\(outside)(?:\(detours.joined(separator: "|")))*\(beginning)"
  }

  private enum PatternPlace { case text, set }

  private static func escaped(_ scalar: Unicode.Scalar, in place: PatternPlace) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\\", "[", "]", "^", "-": return "\\\(scalar)"
    case ".", "*", "+", "?", "(", ")", "{", "}", "|", "$", "/":
      switch place {
      case .text: return "\\\(scalar)"
      case .set: return String(scalar)
      }
    default: return String(scalar)
    }
  }
}
