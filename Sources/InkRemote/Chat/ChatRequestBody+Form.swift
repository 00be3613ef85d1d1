import InkChat

extension ChatRequestBody {
  mutating func addForm(_ form: AnswerForm) throws(GenerationError) {
    switch form {
    case .free: return
    case .jsonObject: add("response_format", ["type": "json_object"])
    case .jsonSchema(let schema):
      add(
        "response_format",
        ["type": "json_schema", "json_schema": ["name": "answer", "schema": schema, "strict": true]])
    case .regularExpression(let pattern):
      switch dialect {
      case .vLLM, .inkstone: add("structured_outputs", ["regex": .string(pattern)])
      case .openAI, .llamaCpp: throw .inexpressible("regular expression", dialect)
      }
    case .grammar(let grammar):
      switch dialect {
      case .vLLM, .inkstone: add("structured_outputs", ["grammar": .string(grammar)])
      case .llamaCpp: add("grammar", .string(grammar))
      case .openAI: throw .inexpressible("grammar", dialect)
      }
    case .choice(let choices):
      switch dialect {
      case .vLLM, .inkstone: add("structured_outputs", ["choice": .array(choices.map { .string($0) })])
      case .llamaCpp: add("grammar", .string(Self.grammar(of: choices)))
      case .openAI: throw .inexpressible("list of choices", dialect)
      }
    }
  }

  /// The choices in the notation of llama.cpp's grammars.
  static func grammar(of choices: [String]) -> String {
    let alternatives = choices.map { choice in
      var literal = "\""
      for scalar in choice.unicodeScalars {
        switch scalar {
        case "\"", "\\": literal += "\\" + String(scalar)
        case "\n": literal += "\\n"
        case "\r": literal += "\\r"
        case "\t": literal += "\\t"
        case "\0"..<" ":
          let digits = String(scalar.value, radix: 16)
          literal += "\\x" + (digits.count < 2 ? "0" : "") + digits
        default: literal.unicodeScalars.append(scalar)
        }
      }
      return literal + "\""
    }
    return "root ::= " + alternatives.joined(separator: " | ")
  }
}
