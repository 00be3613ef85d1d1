internal import InkTokenizers

/// Telling the classes of words apart, such as the kinds of names.
public struct TokenClassificationTask: TrainingTask {
  /// What the tokens of a word behind its first learn.
  public enum LaterTokens: Sendable, Hashable {
    /// Nothing.
    case ignored
    /// The word's tag as well.
    case tagged
  }

  /// How texts become tokens.
  public let encoder: EncoderText
  /// The classes.
  public let labels: LabelSet
  /// What the later tokens of a word learn.
  public let laterTokens: LaterTokens

  /// A task over classes.
  public init(encoder: EncoderText, labels: LabelSet, laterTokens: LaterTokens = .ignored) {
    self.encoder = encoder
    self.labels = labels
    self.laterTokens = laterTokens
  }

  /// One sample: the words are one text, with spaces between them where they are written with spaces.
  public func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [TokenClassificationSample] {
    guard case .tagged(let words) = example, words.words.count == words.tags.count else {
      throw draw.fault(.invalidRecord, expected: "words with a tag for each", found: example.kind)
    }
    var text = ""
    var wordOfCharacter: [Int] = []
    for (index, word) in words.words.enumerated() {
      if index > 0, needsSpace(words.words[index - 1], word) {
        text += " "
        wordOfCharacter.append(-1)
      }
      text += word
      wordOfCharacter += word.unicodeScalars.map { _ in index }
    }
    let encoding = try encoder.encoding(of: text, draw: draw)
    var result = Array(repeating: CausalBatch.noTarget, count: encoding.ids.count)
    var last = -1
    for place in encoding.ids.indices where !encoding.offsets[place].isEmpty {
      let character = encoding.offsets[place].upperBound - 1
      guard wordOfCharacter.indices.contains(character) else { continue }
      let word = wordOfCharacter[character]
      guard word >= 0 else { continue }
      if word != last || laterTokens == .tagged {
        result[place] = try labels.number(of: words.tags[word], draw: draw)
      }
      last = word
    }
    guard result.contains(where: { $0 >= 0 }) else {
      throw draw.fault(.emptyMask, expected: "at least one token of a word", found: "none")
    }
    return [TokenClassificationSample(text: EncodedText(encoding), labels: result, origin: draw.origin)]
  }

  /// Chinese is written without spaces.
  private func needsSpace(_ before: String, _ after: String) -> Bool {
    func isIdeographic(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isIdeographic ?? false }
    return !isIdeographic(before.unicodeScalars.last) && !isIdeographic(after.unicodeScalars.first)
  }

  /// Samples one behind the other.
  public func batch(of samples: [TokenClassificationSample]) -> TokenClassificationBatch {
    TokenClassificationBatch(samples)
  }
}
