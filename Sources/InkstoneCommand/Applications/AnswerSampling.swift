package import InkChat

/// How the tokens of an application's answers are chosen.
package struct AnswerSampling: Sendable, Equatable {
  /// What keeps the most probable answer from going in circles, as small models do.
  package enum Repetition: String, Sendable {
    /// A penalty for what stands in the answer already.
    case penalized
    /// Nothing: an endpoint has its own ways, and most have no field for that penalty.
    case left
  }

  /// Divides the logits; 0 always takes the most probable token.
  package var temperature: Float
  /// Makes the choice repeatable.
  package var seed: UInt64?
  /// What is done about repetition where the most probable token is taken.
  package var repetition: Repetition

  /// A choice with every field given.
  package init(temperature: Float = 0, seed: UInt64? = nil, repetition: Repetition = .penalized) {
    self.temperature = temperature
    self.seed = seed
    self.repetition = repetition
  }

  /// The choice for a model that answers at a side.
  package init(temperature: Float, seed: UInt64?, side: AnswerSide) {
    self.init(temperature: temperature, seed: seed, repetition: side == .local ? .penalized : .left)
  }

  /// The parameters of the engine.
  package var parameters: SamplingParameters {
    guard temperature == 0 else { return SamplingParameters(temperature: temperature, seed: seed) }
    return switch repetition {
    case .penalized: SamplingParameters(temperature: 0, repetitionPenalty: 1.1, repetitionWindow: .answer)
    case .left: SamplingParameters(temperature: 0, seed: seed)
    }
  }
}
