/// The tokens of a rendered conversation and which of them the assistant said.
public struct ConversationTokens: Sendable, Equatable {
  /// The token ids.
  public let ids: [TokenID]
  /// For each token, whether any of its characters were printed inside a `{% generation %}` block: the tokens that a
  /// model is trained on. All false when the template marks none.
  public let isAssistant: [Bool]
  /// The characters of the text under each token, counted in Unicode code points; empty for tokens that the tokenizer
  /// put in.
  public let offsets: [Range<Int>]
}

extension Tokenizer {
  /// The tokens of what a chat template printed, with the assistant's own marked.
  ///
  /// Characters become tokens through offsets; a token that reaches over the edge of a block counts as the assistant's,
  /// since the model has to produce it whole.
  ///
  /// - Parameters:
  ///   - rendered: the text and its ranges.
  ///   - specialTokens: `.omit` where the template writes the tokens that begin a sequence, as templates of model files
  ///     do.
  public func tokens(
    of rendered: RenderedTemplate, specialTokens: SpecialTokenInsertion = .omit
  ) -> ConversationTokens {
    let encoding = encoding(
      of: rendered.text, options: EncodingOptions(specialTokens: specialTokens, parsing: .parse))
    let ranges = rendered.assistantRanges.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
    let marks = encoding.offsets.map { offset in
      guard !offset.isEmpty else { return false }
      // The first block that ends behind the token's start is the only one that can touch the start.
      var low = 0
      var high = ranges.count
      while low < high {
        let middle = (low + high) / 2
        if ranges[middle].upperBound > offset.lowerBound { high = middle } else { low = middle + 1 }
      }
      return low < ranges.count && ranges[low].lowerBound < offset.upperBound
    }
    return ConversationTokens(ids: encoding.ids, isAssistant: marks, offsets: encoding.offsets)
  }
}
