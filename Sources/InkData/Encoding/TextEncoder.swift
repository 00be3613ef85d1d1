public import InkTokenizers

/// Turns documents, and prompts with their completions, into tokens.
public struct TextEncoder: Sendable {
  /// How a document ends.
  public enum Ending: Sendable, Hashable {
    /// With the tokenizer's end-of-sequence token, so that a model learns where documents end.
    case endOfSequence
    /// With its last character.
    case open
  }

  /// The model's tokenizer.
  public let tokenizer: Tokenizer
  /// How documents and completions end.
  public let ending: Ending

  /// An encoder; the vocabulary decides whether a token stands before a text.
  public init(tokenizer: Tokenizer, ending: Ending = .endOfSequence) {
    self.tokenizer = tokenizer
    self.ending = ending
  }

  /// The tokens of a document, all of which count.
  public func tokens(of text: String) -> WeightedTokens {
    // What is spelled like a special token is text: a corpus does not end itself.
    WeightedTokens(tokens: ended(tokenizer.encode(text, parsing: .asText)), weight: 1)
  }

  /// The tokens of a prompt with its completion, of which the completion's count.
  ///
  /// Both are one text to the tokenizer, as they will be when a model answers. A token with characters of both counts.
  public func tokens(of example: PromptCompletion) -> WeightedTokens {
    let encoding = tokenizer.encoding(
      of: example.prompt + example.completion, options: EncodingOptions(parsing: .parse))
    let prompt = example.prompt.unicodeScalars.count
    // Tokens that the tokenizer puts around the text lie at 0: those before the completion do not count, those after do.
    let first = encoding.offsets.firstIndex { $0.upperBound > prompt } ?? encoding.ids.count
    let tokens = ended(encoding.ids)
    var result = WeightedTokens(tokens: tokens, weight: 1)
    for index in 0..<min(first, tokens.count) { result.weights[index] = 0 }
    return result
  }

  private func ended(_ tokens: [TokenID]) -> [TokenID] {
    switch ending {
    case .open: return tokens
    case .endOfSequence:
      guard let end = tokenizer.roles.endOfSequence, tokens.last != end else { return tokens }
      return tokens + [end]
    }
  }
}
