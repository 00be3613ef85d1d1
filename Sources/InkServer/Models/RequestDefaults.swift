public import InkChat

/// What a request gets where it says nothing, by model. A nil field leaves the choice to the route.
public struct RequestDefaults: Sendable, Hashable {
  /// Logits are divided by it.
  public var temperature: Float?
  /// Keeps the k most probable tokens.
  public var topK: Int?
  /// Keeps the most probable tokens up to this sum of probabilities.
  public var topP: Float?
  /// Keeps tokens at least this fraction as probable as the best one.
  public var minP: Float?
  /// Divides positive and multiplies negative logits of tokens that occurred.
  public var repetitionPenalty: Float?
  /// Subtracted from a token's logit once for each time it occurred.
  public var frequencyPenalty: Float?
  /// Subtracted from a token's logit if it occurred.
  public var presencePenalty: Float?
  /// The most tokens of an answer.
  public var maximumTokens: Int?
  /// Said first to the model in conversations that bring no system message.
  public var systemMessage: String?
  /// Extra variables for the chat template; those of a request come before them.
  public var templateVariables: [JSONMember]

  /// Defaults with every field given.
  public init(
    temperature: Float? = nil, topK: Int? = nil, topP: Float? = nil, minP: Float? = nil,
    repetitionPenalty: Float? = nil, frequencyPenalty: Float? = nil, presencePenalty: Float? = nil,
    maximumTokens: Int? = nil, systemMessage: String? = nil, templateVariables: [JSONMember] = []
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.frequencyPenalty = frequencyPenalty
    self.presencePenalty = presencePenalty
    self.maximumTokens = maximumTokens
    self.systemMessage = systemMessage
    self.templateVariables = templateVariables
  }
}
