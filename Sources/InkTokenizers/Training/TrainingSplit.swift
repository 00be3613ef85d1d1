/// How the texts of a training are cut into pieces, beyond which no token reaches.
public enum TrainingSplit: Sendable, Equatable {
  /// The expression of GPT-2: contractions, words and numbers with the space before them, runs of other characters.
  case gpt2
  /// Every digit by itself, and then the expression of GPT-2: numbers are read digit by digit.
  case gpt2SingleDigits

  var steps: [PreTokenizerStep] {
    switch self {
    case .gpt2: [.byteLevel(.never, .words)]
    case .gpt2SingleDigits: [.digits(.individual), .byteLevel(.never, .words)]
    }
  }

  /// The `pre_tokenizer` of a `tokenizer.json`.
  var json: JSONValue {
    let byteLevel = JSONValue.byteLevel
    switch self {
    case .gpt2: return byteLevel
    case .gpt2SingleDigits:
      let digits = JSONValue.object([
        JSONValue.Member(name: "type", value: .string("Digits")),
        JSONValue.Member(name: "individual_digits", value: .bool(true)),
      ])
      return .object([
        JSONValue.Member(name: "type", value: .string("Sequence")),
        JSONValue.Member(name: "pretokenizers", value: .array([digits, byteLevel])),
      ])
    }
  }
}

extension JSONValue {
  /// The step of bytes, as pre-tokenizer and as decoder.
  static let byteLevel = JSONValue.object([
    Member(name: "type", value: .string("ByteLevel")), Member(name: "add_prefix_space", value: .bool(false)),
    Member(name: "trim_offsets", value: .bool(true)), Member(name: "use_regex", value: .bool(true)),
  ])
}
