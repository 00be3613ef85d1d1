/// Predicting the score of texts or of pairs of texts.
public struct RegressionTask: TrainingTask {
  /// How texts become tokens.
  public let encoder: EncoderText
  /// The scores that there may be; nil for any.
  public let scores: ClosedRange<Double>?

  /// A task.
  ///
  /// - Parameter scores: those that there may be; others are refused with their place.
  public init(encoder: EncoderText, scores: ClosedRange<Double>? = nil) {
    self.encoder = encoder
    self.scores = scores
  }

  /// One sample.
  public func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [RegressionSample] {
    guard case .labelled(let text) = example, case .score(let score) = text.label else {
      throw draw.fault(.invalidRecord, expected: "a text with its score", found: example.kind)
    }
    if let scores, !scores.contains(score) {
      throw draw.fault(
        .invalidRecord, expected: "a score of \(scores.lowerBound) to \(scores.upperBound)", found: "\(score)",
        hint: "Scale the scores, or choose an objective for any of them.")
    }
    let encoding = try encoder.encoding(of: text.text, and: text.secondText, draw: draw)
    return [RegressionSample(text: EncodedText(encoding), score: Float(score), origin: draw.origin)]
  }

  /// Samples one behind the other.
  public func batch(of samples: [RegressionSample]) -> RegressionBatch { RegressionBatch(samples) }
}
