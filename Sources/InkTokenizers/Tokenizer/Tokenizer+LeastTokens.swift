extension Tokenizer {
  /// The fewest tokens that a text of so many bytes can have, known without looking at it; 0 where nothing is known.
  ///
  /// A vocabulary of bytes leaves no byte out, so that no token stands for more of them than the longest does. What other
  /// tokenizers drop or join (white space, accents, unknown characters) has no such limit.
  public func leastTokens(ofByteCount count: Int) -> Int {
    guard bytesOfLongestToken > 0 else { return 0 }
    return count / bytesOfLongestToken
  }

  /// What the longest token stands for, in bytes of the text; 0 where that cannot be told.
  static func bytesOfLongestToken(_ parts: Parts) -> Int {
    guard case .bytePair(let model) = parts.model, case .bytes = model.symbols,
      model.byteTokens.allSatisfy({ $0 >= 0 }), parts.preTokenizer.keepsAllText,
      parts.addedTokens.allSatisfy(\.stripping.isEmpty)
    else { return 0 }
    let shrinking: Int
    switch parts.normalizer {
    case nil: shrinking = 1
    // At the most three bytes become of nine (the parts of a Hangul syllable), or one of four (letters of mathematics).
    case .unicode?: shrinking = 4
    case .lowercase?, .replace?, .prepend?, .strip?, .stripAccents?, .nmt?, .bert?, .byteAlphabet?, .sentencePiece?,
      .precompiled?, .chatGLMSpaces?, .sequence?:
      return 0
    }
    let longest = max(model.vocabulary.longest, parts.addedTokens.map(\.content.utf8.count).max() ?? 0)
    return longest * shrinking
  }
}

extension PreTokenizer {
  /// Whether no step leaves a part of the text out; false when in doubt.
  fileprivate var keepsAllText: Bool {
    switch scanner {
    case .none?, .gpt2?, .digitsThenGPT2?, .cl100k?, .cl100kTrailing?, .qwen2?, .deepSeek?: return true
    case .visibleSpaces?: return false
    case nil: break
    }
    return steps.allSatisfy { step in
      switch step {
      case .split(_, let behavior, _), .punctuation(let behavior): behavior != .removed
      case .digits, .scripts, .fixedLength, .byteLevel: true
      case .whitespaceSplit, .whitespace, .metaspace: false
      }
    }
  }
}
