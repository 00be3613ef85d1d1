/// Telling the classes of texts, or of pairs of texts, apart.
public struct ClassificationTask: TrainingTask {
  /// How texts become tokens.
  public let encoder: EncoderText
  /// The classes.
  public let labels: LabelSet

  /// A task over classes.
  public init(encoder: EncoderText, labels: LabelSet) {
    self.encoder = encoder
    self.labels = labels
  }

  /// One sample.
  public func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [ClassificationSample] {
    guard case .labelled(let text) = example, case .oneOf(let name) = text.label else {
      throw draw.fault(.invalidRecord, expected: "a text with its class", found: example.kind)
    }
    let encoding = try encoder.encoding(of: text.text, and: text.secondText, draw: draw)
    let label = try labels.number(of: name, draw: draw)
    return [ClassificationSample(text: EncodedText(encoding), label: label, origin: draw.origin)]
  }

  /// Samples one behind the other.
  public func batch(of samples: [ClassificationSample]) -> ClassificationBatch { ClassificationBatch(samples) }
}
