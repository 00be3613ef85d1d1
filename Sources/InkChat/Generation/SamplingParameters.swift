/// How a token is chosen from a model's logits, and in which order the steps are applied.
///
/// A step whose parameter is nil is left out. With `temperature` 0 the choice is greedy: biases and penalties still
/// apply, cuts cannot change the result and are skipped, the lowest id wins a tie.
public struct SamplingParameters: Sendable, Hashable {
  /// A step of the chain, to be listed in `order`.
  public enum Step: String, Sendable, Hashable, CaseIterable {
    case logitBias = "logit_bias"
    case repetitionPenalty = "repetition_penalty"
    case frequencyAndPresencePenalty = "frequency_and_presence_penalty"
    case temperature
    case topK = "top_k"
    case topP = "top_p"
    case minP = "min_p"
    case typicalP = "typical_p"
  }

  /// The order used when none is given: biases and penalties on the raw logits, then temperature, then the cuts
  /// (the order of Hugging Face transformers).
  public static let standardOrder: [Step] = [
    .logitBias, .repetitionPenalty, .frequencyAndPresencePenalty, .temperature, .topK, .topP, .minP, .typicalP,
  ]

  /// Logits are divided by it; 0 is greedy. Otherwise at least 0.000001.
  public var temperature: Float
  /// Keeps the k most probable tokens. At least 1.
  public var topK: Int?
  /// Keeps the smallest set of most probable tokens whose probabilities reach this sum. In 0 ... 1.
  public var topP: Float?
  /// Keeps tokens at least this fraction as probable as the best one. In 0 ... 1.
  public var minP: Float?
  /// Keeps the tokens whose surprise is nearest to the distribution's entropy, up to this sum. In 0 ... 1.
  public var typicalP: Float?
  /// Divides positive and multiplies negative logits of tokens that occurred. Above 0; 1 changes nothing.
  public var repetitionPenalty: Float?
  /// Where the repetition penalty looks.
  public var repetitionWindow: PenaltyWindow
  /// Subtracted from a token's logit once for each time it occurred.
  public var frequencyPenalty: Float?
  /// Subtracted from a token's logit if it occurred.
  public var presencePenalty: Float?
  /// Where frequency and presence penalties look.
  public var frequencyWindow: PenaltyWindow
  /// Added to the logits of these tokens; minus infinity forbids a token.
  public var logitBias: [Int32: Float]
  /// Makes the draws repeatable; nil draws a seed for each request.
  public var seed: UInt64?
  /// The steps in the order they are applied; a step that is not listed is not applied.
  public var order: [Step]

  /// Parameters with every field given; the defaults sample from the model's own distribution.
  public init(
    temperature: Float = 1, topK: Int? = nil, topP: Float? = nil, minP: Float? = nil, typicalP: Float? = nil,
    repetitionPenalty: Float? = nil, repetitionWindow: PenaltyWindow = .everything, frequencyPenalty: Float? = nil,
    presencePenalty: Float? = nil, frequencyWindow: PenaltyWindow = .answer, logitBias: [Int32: Float] = [:],
    seed: UInt64? = nil, order: [Step] = SamplingParameters.standardOrder
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.typicalP = typicalP
    self.repetitionPenalty = repetitionPenalty
    self.repetitionWindow = repetitionWindow
    self.frequencyPenalty = frequencyPenalty
    self.presencePenalty = presencePenalty
    self.frequencyWindow = frequencyWindow
    self.logitBias = logitBias
    self.seed = seed
    self.order = order
  }

  /// Always the most probable token.
  public static let greedy = SamplingParameters(temperature: 0)
}
