/// Predicting the score of texts or of pairs of texts.
public struct RegressionTask: TrainingTask {
  /// How texts become tokens.
  public let encoder: EncoderText

  /// A task.
  public init(encoder: EncoderText) { self.encoder = encoder }

  /// One sample.
  public func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [RegressionSample] {
    guard case .labelled(let text) = example, case .score(let score) = text.label else {
      throw draw.fault(.invalidRecord, expected: "a text with its score", found: example.kind)
    }
    let encoding = try encoder.encoding(of: text.text, and: text.secondText, draw: draw)
    return [RegressionSample(text: EncodedText(encoding), score: Float(score), origin: draw.origin)]
  }

  /// Samples one behind the other.
  public func batch(of samples: [RegressionSample]) -> RegressionBatch { RegressionBatch(samples) }
}
