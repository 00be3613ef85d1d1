/// A byte-level byte-pair tokenizer as a training leaves it: its vocabulary and merges, and the files they are kept in.
public struct TrainedTokenizer: Sendable, Equatable {
  /// The spelling of every token, by id; bytes are written in GPT-2's byte alphabet.
  public let vocabulary: [String]
  /// The merges, earliest first.
  public let merges: [BytePairMerge]
  /// The special tokens, which have the first ids.
  public let specialTokens: [String]
  /// How texts are cut.
  public let split: TrainingSplit
  /// Whether the vocabulary became as large as was asked for.
  public let ending: TrainingEnding

  /// What `tokenizer_config.json` says if nothing else is asked for: the first special token begins and ends texts.
  public var defaultConfiguration: TokenizerConfiguration {
    var configuration = TokenizerConfiguration()
    configuration.beginningOfSequence = specialTokens.first
    configuration.endOfSequence = specialTokens.first
    return configuration
  }

  /// The tokenizer itself, ready for use.
  ///
  /// - Throws: `TokenizerError` if the configuration names tokens that are not among the special ones.
  public func tokenizer(configuration: TokenizerConfiguration? = nil) throws(TokenizerError) -> Tokenizer {
    let configuration = configuration ?? defaultConfiguration
    try check(configuration)
    return try Tokenizer(tokenizerJSON: tokenizerJSON(), configuration: configuration)
  }

  /// Tokens with a part to play must be special tokens: only those have ids that text cannot spell by accident.
  func check(_ configuration: TokenizerConfiguration) throws(TokenizerError) {
    for (name, token) in Self.roles(configuration) {
      guard let token, !specialTokens.contains(where: { $0.utf8.elementsEqual(token.utf8) }) else { continue }
      throw TokenizerError(
        .invalidSetting, in: "tokenizer_config.json.\(name)",
        expected: "one of the special tokens \(specialTokens.map { "\"\($0)\"" }.joined(separator: ", "))",
        found: "\"\(token)\"", hint: "Train with this token among the special tokens.")
    }
    if let length = configuration.maximumLength, length < 1 {
      throw TokenizerError(
        .invalidSetting, in: "tokenizer_config.json.model_max_length", expected: "at least one token",
        found: "\(length)", hint: "Give the length of the model's context, or none.")
    }
  }

  static func roles(_ configuration: TokenizerConfiguration) -> KeyValuePairs<String, String?> {
    [
      "bos_token": configuration.beginningOfSequence, "eos_token": configuration.endOfSequence,
      "unk_token": configuration.unknown, "pad_token": configuration.padding,
      "cls_token": configuration.classification, "sep_token": configuration.separator,
      "mask_token": configuration.mask,
    ]
  }
}
