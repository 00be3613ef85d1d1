/// Builds a unigram model from the tables of a `tokenizer.json`.
enum UnigramLoader {
  static func load(_ document: borrowing TokenizerDocument) throws(TokenizerError) -> UnigramModel {
    let field = document.model
    guard document.vocabularyKind == .scores, document.tokens.count > 0 else {
      throw TokenizerError(
        .invalidVocabulary, in: "\(field.path).vocab", expected: "a list of tokens and scores",
        found: document.vocabularyKind == .ids ? "an object" : "nothing",
        hint: "The file is incomplete or of another format: fetch it again.")
    }
    let count = document.tokens.count
    var vocabulary = Vocabulary(count: count, idLimit: count, byteCount: document.tokens.bytes.count)
    for id in 0..<count { vocabulary.store(document.tokens[id], id: TokenID(id)) }
    vocabulary.seal()
    let trie = PieceTrie(vocabulary) { _ in true }
    // Of two equal tokens the later is the one that text becomes.
    let isFindable = (0..<count).map { trie.value(ofWhole: document.tokens[$0]) == TokenID($0) }
    _ = vocabulary.index { isFindable[Int($0)] }
    var unknown: TokenID?
    if let id = field.optional("unk_id") { unknown = TokenID(try id.integer(in: 0...count - 1)) }
    let fallsBack = try field.flag("byte_fallback", default: false)
    let least = document.scores.min() ?? 0
    return UnigramModel(
      vocabulary: vocabulary, trie: trie, scores: document.scores,
      byteTokens: fallsBack ? BytePairLoader.fallbackTokens(vocabulary) : nil, unknown: unknown,
      unknownScore: least - UnigramModel.unknownPenalty, rules: .doublePrecision, unknownRuns: .wholeRunFirst)
  }
}
