/// Learning embeddings from related texts.
public struct EmbeddingTask: TrainingTask {
  /// What the examples are; all of a task are alike, because losses are made for one kind.
  public enum Relation: String, Sendable, Hashable {
    /// Two texts and how alike they are.
    case scored
    /// A text and one that belongs to it; what belongs to the others of a batch does not.
    case pairs
    /// A text, one that belongs to it and others that do not.
    case contrasts
    /// A text alone, which is its own partner: two passes differ by dropout (Gao, Yao, Chen, "SimCSE", 2021).
    case itself
  }

  /// How texts become tokens.
  public let encoder: EncoderText
  /// What the examples are.
  public let relation: Relation

  /// A task over examples of one kind.
  public init(encoder: EncoderText, relation: Relation) {
    self.encoder = encoder
    self.relation = relation
  }

  /// One sample.
  public func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [EmbeddingSample] {
    func encoded(_ text: String) throws(DataError) -> EncodedText {
      EncodedText(try encoder.encoding(of: text, draw: draw))
    }
    switch (relation, example) {
    case (.scored, .related(.scored(let first, let second, let score))):
      return [
        EmbeddingSample(
          anchor: try encoded(first), partner: try encoded(second), score: Float(score), origin: draw.origin)
      ]
    case (.pairs, .related(.pair(let anchor, let positive))),
      (.pairs, .related(.contrast(let anchor, let positive, _))):
      return [EmbeddingSample(anchor: try encoded(anchor), partner: try encoded(positive), origin: draw.origin)]
    case (.contrasts, .related(.contrast(let anchor, let positive, let others))):
      var negatives: [EncodedText] = []
      for other in others { negatives.append(try encoded(other)) }
      return [
        EmbeddingSample(
          anchor: try encoded(anchor), partner: try encoded(positive), negatives: negatives, origin: draw.origin)
      ]
    case (.itself, .text(let text)):
      let text = try encoded(text)
      return [EmbeddingSample(anchor: text, partner: text, origin: draw.origin)]
    case (.scored, _), (.pairs, _), (.contrasts, _), (.itself, _):
      throw draw.fault(
        .invalidRecord, expected: relation == .itself ? "a text" : "related texts (\(relation.rawValue))",
        found: example.kind)
    }
  }

  /// Samples one behind the other.
  public func batch(of samples: [EmbeddingSample]) -> EmbeddingBatch { EmbeddingBatch(samples) }
}
