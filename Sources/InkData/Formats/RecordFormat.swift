internal import InkTokenizers

/// What the fields of records mean.
public enum RecordFormat: String, Sendable, Hashable, CaseIterable, Codable {
  /// `text`.
  case text
  /// `instruction`, `input`, `output`, and perhaps `system` and `history`.
  case alpaca
  /// `conversations` of `from` and `value`, and perhaps `system` and `tools`.
  case shareGPT = "sharegpt"
  /// `messages` of `role` and `content` as OpenAI's API has them, and perhaps `tools`.
  case messages
  /// `prompt` and `completion`, both text or both lists of messages.
  case promptCompletion = "prompt-completion"
  /// `text`, `label`, and perhaps `text_pair`.
  case classification
  /// `text`, `score`, and perhaps `text_pair`.
  case regression
  /// `tokens` and `tags`, lists of the same length.
  case tokenClassification = "token-classification"
  /// `sentence1`, `sentence2` and `score`.
  case scoredPairs = "scored-pairs"
  /// `anchor` and `positive`.
  case pairs
  /// `anchor`, `positive` and `negative`, which is text or a list.
  case triplets
  /// `chosen` and `rejected`, and perhaps `prompt`.
  case preference

  /// The fields that must be there.
  public var requiredFields: [String] {
    switch self {
    case .text: ["text"]
    case .alpaca: ["instruction", "output"]
    case .shareGPT: ["conversations"]
    case .messages: ["messages"]
    case .promptCompletion: ["prompt", "completion"]
    case .classification: ["text", "label"]
    case .regression: ["text", "score"]
    case .tokenClassification: ["tokens", "tags"]
    case .scoredPairs: ["sentence1", "sentence2", "score"]
    case .pairs: ["anchor", "positive"]
    case .triplets: ["anchor", "positive", "negative"]
    case .preference: ["chosen", "rejected"]
    }
  }

  /// The fields that may be there.
  public var optionalFields: [String] {
    switch self {
    case .text, .promptCompletion, .tokenClassification, .scoredPairs, .pairs, .triplets: []
    case .alpaca: ["input", "system", "history"]
    case .shareGPT: ["system", "tools"]
    case .messages: ["tools"]
    case .classification, .regression: ["text_pair"]
    case .preference: ["prompt"]
    }
  }

  /// Which format is found first when several fit: those with more or rarer fields.
  private static let byDetection: [RecordFormat] = [
    .messages, .shareGPT, .preference, .alpaca, .promptCompletion, .tokenClassification, .triplets, .pairs,
    .scoredPairs, .regression, .classification, .text,
  ]

  /// The format that the names of a record's fields show.
  /// - Throws: `DataError` that lists the formats when none fits.
  static func detected(in fields: RecordFields) throws(DataError) -> RecordFormat {
    for format in byDetection where format.requiredFields.allSatisfy(fields.has) {
      if format == .promptCompletion, fields.has("label") {
        throw DataError(
          .unsupported, context: "\(fields.origin)", expected: "prompt and completion, or chosen and rejected",
          found: "prompt, completion and label", hint: "Say which format is meant to read the record without its label."
        )
      }
      return format
    }
    let formats = byDetection.map { "\($0.rawValue) (\($0.requiredFields.joined(separator: ", ")))" }
    throw fields.fault(
      "the fields of a format: " + formats.joined(separator: "; "), fields.names.joined(separator: ", "),
      hint: "Say which columns hold the fields of a format.")
  }

  /// Reads a record.
  /// - Throws: `DataError` with file and line where the record does not have the fields of the format.
  func example(_ fields: RecordFields) throws(DataError) -> Example {
    switch self {
    case .text: .text(try fields.text("text"))
    case .alpaca: .conversation(try AlpacaFormat.conversation(fields))
    case .shareGPT: .conversation(try ShareGPTFormat.conversation(fields))
    case .messages: .conversation(try MessagesFormat.conversation(fields))
    case .promptCompletion: try PromptCompletionFormat.example(fields)
    case .classification: .labelled(try LabelledFormat.classified(fields))
    case .regression: .labelled(try LabelledFormat.scored(fields))
    case .tokenClassification: .tagged(try TaggedFormat.words(fields))
    case .scoredPairs: .related(try RelatedFormat.scored(fields))
    case .pairs: .related(try RelatedFormat.pair(fields))
    case .triplets: .related(try RelatedFormat.contrast(fields))
    case .preference: .preference(try PreferenceFormat.preference(fields))
    }
  }
}
