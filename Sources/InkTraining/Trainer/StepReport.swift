/// What one step of training did. It holds no times, so that equal runs give equal reports.
public struct StepReport: Sendable, Hashable, Codable {
  /// The number of the step, from 1.
  public let step: Int
  /// The mean loss of the batch before the update.
  public let loss: Double
  /// The learning rate of the update.
  public let learningRate: Double
  /// The norm of the gradient of all trained weights, before it was clipped.
  public let gradientNorm: Double
  /// Tokens that were read.
  public let tokens: Int

  /// A report from its parts.
  public init(step: Int, loss: Double, learningRate: Double, gradientNorm: Double, tokens: Int) {
    self.step = step
    self.loss = loss
    self.learningRate = learningRate
    self.gradientNorm = gradientNorm
    self.tokens = tokens
  }

  enum CodingKeys: String, CodingKey {
    case step, loss
    case learningRate = "learning_rate"
    case gradientNorm = "gradient_norm"
    case tokens
  }
}
