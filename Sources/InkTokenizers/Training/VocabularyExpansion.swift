/// Adds tokens for new texts to a byte-level byte-pair tokenizer, for continued pretraining in another language
/// (Cui et al. 2023, "Efficient and Effective Text Encoding for Chinese LLaMA and Alpaca").
///
/// The texts are encoded as the old tokenizer does it, and merges are learned on top of the old tokens. Since old
/// merges come first and every new merge makes a token of its own, a text in which no new merge applies keeps its ids.
public struct VocabularyExpansion: Sendable {
  /// How many tokens are added at most; bytes of the texts for which the old vocabulary has no token count too.
  public var additionalTokens: Int
  /// How often a pair must occur to become a token; 0 and 1 take every pair.
  public var minimumFrequency: Int
  /// For what tokens may be learned.
  public var scope: ExpansionScope

  /// Makes an expansion.
  public init(additionalTokens: Int, minimumFrequency: Int = 2, scope: ExpansionScope = .anyText) {
    self.additionalTokens = additionalTokens
    self.minimumFrequency = minimumFrequency
    self.scope = scope
  }

  /// Learns new tokens.
  ///
  /// - Parameters:
  ///   - bytes: the `tokenizer.json` of the old tokenizer, of the kind that GPT-2, Llama 3 and Qwen have.
  ///   - texts: the new texts, taken one after the other; added tokens that stand in them count as text.
  /// - Throws: `TokenizerError` if the file is damaged or holds another kind of tokenizer.
  public func expand(
    tokenizerJSON bytes: [UInt8], with texts: some Sequence<String>
  ) throws(TokenizerError) -> ExpandedTokenizer {
    let old = try ExpandableVocabulary(bytes)
    guard additionalTokens >= 1, additionalTokens < Int(TokenID.max) - old.size else {
      throw TokenizerError(
        .invalidSetting, in: "additionalTokens",
        expected: "at least 1 and less than \(Int(TokenID.max) - old.size)", found: "\(additionalTokens)",
        hint: "Common numbers are 2000 to 50000.")
    }
    var words = WordCounts()
    for text in texts {
      let given = AlignedText(text)
      words.add(old.normalizer?.normalize(given) ?? given, cutBy: old.preTokenizer)
    }
    let missing = old.missingBytes(of: words).prefix(additionalTokens)
    var byteTokens = old.model.byteTokens
    var tokens = old.tokens
    for byte in missing {
      byteTokens[Int(byte)] = TokenID(tokens.count)
      tokens.append(Array(ByteAlphabet.encode(CollectionOfOne(byte)).utf8))
    }
    var learner = MergeLearner(
      tokens: tokens, minimumFrequency: minimumFrequency, repeated: .leftOut, scope: scope)
    let text = words.bytes
    var workspace = MergeWorkspace()
    for index in 0..<words.count {
      let word = old.encode(text, words.range(index), byteTokens, &workspace)
      learner.add(word: word, frequency: words.counts[index])
    }
    let (merges, ending) = learner.learn(upTo: old.size + additionalTokens)
    return ExpandedTokenizer(
      tokenizerJSON: try old.json(tokens: learner.tokens, merges: merges), oldVocabularySize: old.size,
      newTokens: newTokens(old, learner.tokens, merges), ending: ending)
  }

  private func newTokens(
    _ old: ExpandableVocabulary, _ tokens: [[UInt8]], _ merges: [BytePairMerge]
  ) -> [ExpandedTokenizer.NewToken] {
    var pieces = [[TokenID]](repeating: [], count: tokens.count - old.size)
    func oldPieces(_ id: TokenID) -> [TokenID] { Int(id) < old.size ? [id] : pieces[Int(id) - old.size] }
    // Parts come before their unions, so the pieces of both are known.
    for merge in merges { pieces[Int(merge.merged) - old.size] = oldPieces(merge.left) + oldPieces(merge.right) }
    return pieces.enumerated().map { index, pieces in
      ExpandedTokenizer.NewToken(
        id: TokenID(old.size + index), bytes: ByteAlphabet.decode(tokens[old.size + index]) ?? [], oldPieces: pieces)
    }
  }
}
