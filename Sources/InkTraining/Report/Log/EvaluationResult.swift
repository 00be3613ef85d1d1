/// The loss on a set that is not trained on.
public struct EvaluationResult: Sendable, Hashable, Codable {
  /// Steps that were done before.
  public let step: Int
  /// The set's name.
  public let evaluation: String
  /// The mean loss.
  public let loss: Double

  /// A result from its parts.
  public init(step: Int, evaluation: String, loss: Double) {
    self.step = step
    self.evaluation = evaluation
    self.loss = loss
  }
}
