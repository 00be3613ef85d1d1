/// What an encoder is trained for: it decides which heads stand on it.
package enum EncoderPurpose: Sendable, Hashable {
  /// Telling the classes of sequences apart.
  case sequenceClasses(labels: [String])
  /// A number for a sequence.
  case sequenceScore(Score)
  /// Telling the classes of tokens apart.
  case tokenClasses(labels: [String])
  /// Predicting masked tokens.
  case maskedTokens
  /// Vectors of sequences, made of the states of their tokens.
  case vectors

  /// What the logit of a head of one class is.
  package enum Score: Sendable, Hashable {
    /// The score itself.
    case number
    /// What a sigmoid makes the probability that the sequence is one of those looked for.
    case probability

    /// How the reference implementation would learn it, under `problem_type`.
    var problemType: String {
      switch self {
      case .number: "regression"
      // Classes that are told one by one, of which there is one.
      case .probability: "multi_label_classification"
      }
    }

    /// What Sentence Transformers does to the logit.
    var activation: String {
      switch self {
      case .number: "torch.nn.modules.linear.Identity"
      case .probability: "torch.nn.modules.activation.Sigmoid"
      }
    }
  }

  /// What it is called in messages.
  var title: String {
    switch self {
    case .sequenceClasses: "classes of texts"
    case .sequenceScore: "scores of texts"
    case .tokenClasses: "classes of tokens"
    case .maskedTokens: "masked tokens"
    case .vectors: "vectors"
    }
  }

  /// The names of the classes for a head that stands already, if it is one for them: in its own order.
  func labels(like stored: ClassifierSpec?) -> [String]? {
    switch self {
    case .sequenceClasses(let labels), .tokenClasses(let labels):
      guard let stored, Set(stored.labels) == Set(labels), stored.labels.count == labels.count else { return labels }
      return stored.labels
    case .sequenceScore: return stored.flatMap { $0.labels.count == 1 ? $0.labels : nil } ?? ["LABEL_0"]
    case .maskedTokens, .vectors: return nil
    }
  }
}

/// A family of encoders whose heads can be replaced for training.
package protocol HeadedEncoderFamily: EncoderFamily {
  /// The heads that a purpose needs.
  ///
  /// - Parameter stored: those that the checkpoint has; what it has of a needed head stays as it is.
  static func outputs(
    for purpose: EncoderPurpose, _ configuration: ModelConfiguration, stored: EncoderOutputsSpec
  ) throws(ModelLoadError) -> EncoderOutputsSpec

  /// The name that the reference implementation has for a model with these heads, under `architectures`.
  static func architecture(for purpose: EncoderPurpose, modelType: String) -> String
}

extension HeadedEncoderFamily {
  /// The end of such names.
  static func ending(for purpose: EncoderPurpose) -> String {
    switch purpose {
    case .sequenceClasses, .sequenceScore: "ForSequenceClassification"
    case .tokenClasses: "ForTokenClassification"
    case .maskedTokens: "ForMaskedLM"
    case .vectors: "Model"
    }
  }
}
