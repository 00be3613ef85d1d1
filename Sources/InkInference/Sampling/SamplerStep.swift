public import InkChat

/// One step of a sampler; the steps are applied in the order of the list they stand in.
///
/// The definitions follow the logits processors of Hugging Face transformers unless a case says otherwise. Every
/// cut keeps at least one token. Where logits are equal, the lower token id counts as the more probable one.
public enum SamplerStep: Sendable, Hashable {
  /// Adds to the logits of tokens; minus infinity forbids one.
  case logitBias([Int32: Float])
  /// Adds to the logit of the last token of a sequence when the history ends in the tokens before it; minus infinity
  /// forbids the sequence ("bad words").
  case sequenceBias([SequenceBias])
  /// Forbids tokens that would complete a run of `size` tokens that is already in the history.
  case noRepeatedRun(size: Int)
  /// Forbids the end tokens until the answer has `tokens` tokens.
  case minimumLength(tokens: Int, endTokens: [Int32])
  /// Divides positive and multiplies negative logits of tokens in the window (Keskar et al. 2019, CTRL).
  case repetitionPenalty(Float, PenaltyWindow)
  /// logit - count * frequency - (count > 0) * presence, as in the OpenAI interface.
  case occurrencePenalty(frequency: Float, presence: Float, PenaltyWindow)
  /// Divides the logits; at least 0.000001.
  case temperature(Float)
  /// Keeps the k most probable tokens (Fan et al. 2018).
  case topK(Int)
  /// Keeps the most probable tokens until their probabilities reach the sum (Holtzman et al. 2020).
  case topP(Float)
  /// Keeps tokens at least this fraction as probable as the best one (Nguyen et al. 2024).
  case minP(Float)
  /// Keeps the tokens whose surprise is nearest to the entropy until their probabilities reach the sum
  /// (Meister et al. 2023).
  case typicalP(Float)
  /// Keeps tokens of at least this probability (Hewitt et al. 2022).
  case epsilonCutoff(Float)
  /// Keeps tokens of at least min(eta, sqrt(eta) * exp(-entropy)) (Hewitt et al. 2022).
  case etaCutoff(Float)

  /// The chain that parameters describe: the steps of `order` that change something, with their values.
  public static func chain(for parameters: SamplingParameters) -> [SamplerStep] {
    var steps: [SamplerStep] = []
    for step in parameters.order {
      switch step {
      case .logitBias:
        if !parameters.logitBias.isEmpty { steps.append(.logitBias(parameters.logitBias)) }
      case .repetitionPenalty:
        if let penalty = parameters.repetitionPenalty, penalty != 1 {
          steps.append(.repetitionPenalty(penalty, parameters.repetitionWindow))
        }
      case .frequencyAndPresencePenalty:
        let frequency = parameters.frequencyPenalty ?? 0
        let presence = parameters.presencePenalty ?? 0
        if frequency != 0 || presence != 0 {
          steps.append(
            .occurrencePenalty(frequency: frequency, presence: presence, parameters.frequencyWindow))
        }
      case .temperature:
        // 0 is the greedy choice, which is not a step.
        if parameters.temperature != 0, parameters.temperature != 1 {
          steps.append(.temperature(parameters.temperature))
        }
      case .topK: if let count = parameters.topK { steps.append(.topK(count)) }
      case .topP: if let sum = parameters.topP, sum != 1 { steps.append(.topP(sum)) }
      case .minP: if let fraction = parameters.minP, fraction != 0 { steps.append(.minP(fraction)) }
      case .typicalP: if let sum = parameters.typicalP, sum != 1 { steps.append(.typicalP(sum)) }
      }
    }
    return steps
  }

  /// Whether the step leaves the best token the best one, so that a greedy choice may skip it.
  var keepsOrder: Bool {
    switch self {
    case .temperature, .topK, .topP, .minP, .typicalP, .epsilonCutoff, .etaCutoff: true
    case .logitBias, .sequenceBias, .noRepeatedRun, .minimumLength, .repetitionPenalty, .occurrencePenalty: false
    }
  }
}
