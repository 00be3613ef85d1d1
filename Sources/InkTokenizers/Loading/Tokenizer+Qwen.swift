extension Tokenizer {
  /// Builds the tokenizer of the first Qwen from its `qwen.tiktoken`: NFC, Qwen's expression, and special tokens right
  /// after the ranks.
  ///
  /// - Throws: `TokenizerError` with the line for a damaged file.
  public convenience init(qwenRanks ranks: [UInt8]) throws(TokenizerError) {
    let count = try TiktokenLoader.vocabulary(ranks).idLimit
    let names = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + (0..<205).map { "<|extra_\($0)|>" }
    var special: [String: TokenID] = [:]
    for (offset, name) in names.enumerated() { special[name] = TokenID(count + offset) }
    let roles = SpecialTokenRoles(endOfSequence: special["<|endoftext|>"], endOfTurn: special["<|im_end|>"])
    var parts = try TiktokenLoader.parts(ranks, FusedScanner.qwen2Expression, special, roles)
    parts.normalizer = .unicode(.composed)
    self.init(parts)
  }
}
