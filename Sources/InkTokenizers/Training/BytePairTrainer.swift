/// Trains a byte-level byte-pair tokenizer, as GPT-2's is (Sennrich et al. 2016; on bytes: Radford et al. 2019).
///
/// Every byte is a token, so that any text can be encoded without an unknown token. The special tokens have the first
/// ids, the bytes follow in the order of their spellings, and then come the learned tokens. Vocabulary and merges are
/// those that the trainer of Hugging Face's tokenizers yields for the same texts.
///
/// ```swift
/// let trainer = BytePairTrainer(vocabularySize: 4096)
/// let trained = try trainer.train(on: texts)
/// try trained.write(to: folder)
/// ```
public struct BytePairTrainer: Sendable {
  /// How many tokens there shall be, special tokens and bytes included.
  public var vocabularySize: Int
  /// The special tokens, whose ids are their places here.
  public var specialTokens: [String]
  /// How often a pair must occur to become a token; 0 and 1 take every pair.
  public var minimumFrequency: Int
  /// How texts are cut.
  public var split: TrainingSplit

  /// The token that ends a text, where nothing else is asked for.
  public static let endOfText = "<|endoftext|>"

  /// Makes a trainer.
  public init(
    vocabularySize: Int, specialTokens: [String] = [Self.endOfText], minimumFrequency: Int = 2,
    split: TrainingSplit = .gpt2
  ) {
    self.vocabularySize = vocabularySize
    self.specialTokens = specialTokens
    self.minimumFrequency = minimumFrequency
    self.split = split
  }

  /// Learns a vocabulary.
  ///
  /// Texts are taken one after the other and not kept. Special tokens that stand in them count as text: leave them out.
  ///
  /// - Parameter texts: the texts; no token reaches from one into the next.
  /// - Throws: `TokenizerError` for settings that contradict each other.
  public func train(on texts: some Sequence<String>) throws(TokenizerError) -> TrainedTokenizer {
    try check()
    let preTokenizer = PreTokenizer(split.steps)
    var words = WordCounts()
    for text in texts { words.add(AlignedText(text), cutBy: preTokenizer) }

    var tokens = specialTokens.map { Array($0.utf8) }
    var byteTokens = [TokenID](repeating: -1, count: 256)
    for byte in Self.bytesInOrder {
      byteTokens[Int(byte)] = TokenID(tokens.count)
      tokens.append(Array(ByteAlphabet.encode(CollectionOfOne(byte)).utf8))
    }
    var learner = MergeLearner(tokens: tokens, minimumFrequency: minimumFrequency, repeated: .shared)
    for index in 0..<words.count {
      learner.add(word: words.bytes[words.range(index)].map { byteTokens[Int($0)] }, frequency: words.counts[index])
    }
    let (merges, ending) = learner.learn(upTo: vocabularySize)
    return TrainedTokenizer(
      vocabulary: learner.tokens.map { String(decoding: $0, as: UTF8.self) }, merges: Self.lastOfEach(merges),
      specialTokens: specialTokens, split: split, ending: ending)
  }

  /// All bytes, in the order of the characters that they are written as.
  static let bytesInOrder: [UInt8] = (UInt8.min...UInt8.max).sorted {
    ByteAlphabet.characters[Int($0)] < ByteAlphabet.characters[Int($1)]
  }

  /// Of a merge that was learned a second time the later place counts, as in the reference library.
  private static func lastOfEach(_ merges: [BytePairMerge]) -> [BytePairMerge] {
    var seen: Set<BytePairMerge> = []
    return merges.reversed().filter { seen.insert($0).inserted }.reversed()
  }

  private func check() throws(TokenizerError) {
    var seen: Set<[UInt8]> = []
    for (index, token) in specialTokens.enumerated() {
      let place = "specialTokens[\(index)]"
      guard !token.isEmpty else {
        throw TokenizerError(
          .invalidSetting, in: place, expected: "a text", found: "nothing", hint: "Leave the token out or name it.")
      }
      guard seen.insert(Array(token.utf8)).inserted else {
        throw TokenizerError(
          .invalidSetting, in: place, expected: "a token of its own", found: "\"\(token)\" a second time",
          hint: "Name every special token once.")
      }
      if ByteAlphabet.decode(Array(token.utf8))?.count == 1 {
        throw TokenizerError(
          .invalidSetting, in: place, expected: "a token that is not written like a single byte",
          found: "\"\(token)\"", hint: "Choose a longer name, such as \"<|\(token)|>\".")
      }
    }
    let fewest = specialTokens.count + 256
    guard vocabularySize >= fewest, vocabularySize < Int(TokenID.max) else {
      throw TokenizerError(
        .invalidSetting, in: "vocabularySize",
        expected: "at least \(fewest) (256 bytes and the special tokens) and less than \(TokenID.max)",
        found: "\(vocabularySize)", hint: "Common sizes are 4096 to 65536.")
    }
  }
}
