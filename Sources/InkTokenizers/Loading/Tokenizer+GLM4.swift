extension Tokenizer {
  /// The class that the first GLM-4 names in `tokenizer_config.json`: its `tokenizer.model` holds ranks of bytes.
  public static let glm4Class = "ChatGLM4Tokenizer"

  /// Builds the tokenizer of the first GLM-4 from its `tokenizer.model`, a rank file: tokens are cut as in cl100k,
  /// `[gMASK]<sop>` stands before a text.
  ///
  /// - Parameter configuration: `tokenizer_config.json`, which lists the special tokens; without a list they are those of
  ///   the published models, right after the ranks.
  /// - Throws: `TokenizerError` with the line for a damaged file, `invalidVocabulary` when the prefix is not among the tokens.
  public convenience init(
    glm4Ranks ranks: [UInt8], configuration: TokenizerConfiguration
  ) throws(TokenizerError) {
    var parts = try TiktokenLoader.parts(
      ranks, FusedScanner.cl100kExpression, [:], SpecialTokenRoles())
    let count = parts.model.vocabulary.idLimit
    parts.addedTokens = configuration.addedTokens.filter { !parts.model.vocabulary.contains($0.id) }
    if parts.addedTokens.isEmpty {
      for (offset, name) in GLM4Tokens.names.enumerated() {
        parts.addedTokens.append(AddedToken(id: TokenID(count + offset), content: name))
      }
    }
    func id(_ content: String?) -> TokenID? { parts.addedTokens.first { $0.content == content }?.id }
    guard let mask = id("[gMASK]"), let start = id("<sop>") else {
      throw TokenizerError(
        .invalidVocabulary, in: "tokenizer_config.json, added_tokens_decoder", expected: "[gMASK] and <sop>",
        found: "\(parts.addedTokens.count) other tokens", hint: "The file is incomplete: fetch it again.")
    }
    let end = configuration.endOfSequence ?? GLM4Tokens.names[0]
    parts.roles = SpecialTokenRoles(
      endOfSequence: id(end), unknown: id(configuration.unknown), padding: id(configuration.padding ?? end))
    parts.postProcessor.single = [.tokens([mask, start], typeID: 0), .first(typeID: 0)]
    parts.postProcessor.pair =
      parts.postProcessor.single + [.second(typeID: 0)] + (id(end).map { [.tokens([$0], typeID: 0)] } ?? [])
    self.init(parts)
  }
}

/// The special tokens of the first GLM-4, in the order of their ids.
private enum GLM4Tokens {
  static let names = [
    "<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>", "<|assistant|>",
    "<|observation|>", "<|begin_of_image|>", "<|end_of_image|>", "<|begin_of_video|>", "<|end_of_video|>",
  ]
}
