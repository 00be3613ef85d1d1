/// Builds models of words from the tables of a `tokenizer.json`.
enum WordPieceLoader {
  /// The limit on a word's length where a file does not say.
  static let longestWord = 100

  static func load(_ document: borrowing TokenizerDocument) throws(TokenizerError) -> WordPieceModel {
    let field = document.model
    let vocabulary = try BytePairLoader.vocabulary(document, .text)
    let prefix = try field.optional("continuing_subword_prefix")?.string() ?? "##"
    return WordPieceModel(
      vocabulary: vocabulary, unknown: try unknown(field, vocabulary, default: "[UNK]"),
      longestWord: try field.optional("max_input_chars_per_word")?.integer(in: 0...1 << 40) ?? longestWord,
      continuationPrefix: Array(prefix.utf8))
  }

  static func loadWords(_ document: borrowing TokenizerDocument) throws(TokenizerError) -> WordLevelModel {
    let vocabulary = try BytePairLoader.vocabulary(document, .text)
    return WordLevelModel(
      vocabulary: vocabulary, unknown: try unknown(document.model, vocabulary, default: "<unk>"))
  }

  private static func unknown(
    _ field: JSONField, _ vocabulary: Vocabulary, default content: String
  ) throws(TokenizerError) -> TokenID {
    let content = try field.optional("unk_token")?.string() ?? content
    if let id = vocabulary.id(of: Array(content.utf8)) { return id }
    throw TokenizerError(
      .invalidVocabulary, in: "\(field.path).unk_token", expected: "a token of the vocabulary",
      found: "\"\(content)\", which is not in it",
      hint: "Words that the vocabulary cannot spell need a token: the file is incomplete, fetch it again.")
  }
}
