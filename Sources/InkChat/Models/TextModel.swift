/// Something that continues raw text and tells how probable a text is, token by token.
public protocol TextModel: Sendable {
  /// The most tokens that prompt and answer may have together.
  var contextLength: Int { get }

  /// The token that the tokenizer puts in front of every text, nil when it puts none.
  var beginningToken: Int32? { get }

  /// The token ids of a text.
  func tokenize(_ text: String, specialTokens: SpecialTokenRule) async throws(GenerationError) -> [Int32]

  /// The text of token ids; bytes that form no character become U+FFFD.
  func text(of tokens: [Int32]) async throws(GenerationError) -> String

  /// Continues a raw prompt, without a chat template.
  func stream(continuing prompt: TextPrompt, options: GenerationOptions) -> GenerationStream

  /// Given tokens of a text with their probabilities, each after all the tokens before it.
  ///
  /// Element `i` of the answer is about tokens[positions.lowerBound + i] after tokens[..<(positions.lowerBound + i)], so
  /// only the rows `positions.lowerBound - 1 ..< positions.upperBound - 1` of the logits are needed, and no token from
  /// `positions.upperBound - 1` on has to be run. The tokens are used as they are: nothing is put in front.
  ///
  /// - Parameters:
  ///   - tokens: at most `contextLength` ids.
  ///   - positions: indices into `tokens`; the first is at least 1, because nothing comes before token 0.
  ///   - alternatives: how many of the most probable tokens to tell at each position.
  /// - Throws: `invalidInput` for positions outside `1 ..< tokens.count` or ids outside the vocabulary,
  ///   `contextExceeded` for too many tokens.
  func details(
    of tokens: [Int32], at positions: Range<Int>, alternatives: Int
  ) async throws(GenerationError) -> [GeneratedToken]
}

extension TextModel {
  /// Natural-log probabilities of given tokens, each after all the tokens before it.
  ///
  /// - Throws: as `details`; `unsupported` when the model does not tell a probability.
  public func logProbabilities(
    of tokens: [Int32], at positions: Range<Int>
  ) async throws(GenerationError) -> [Float] {
    var result: [Float] = []
    for token in try await details(of: tokens, at: positions, alternatives: 0) {
      guard let value = token.chosen.logProbability else {
        throw GenerationError(code: .unsupported, context: "log-probabilities", found: "the model tells none")
      }
      result.append(value)
    }
    return result
  }
}
