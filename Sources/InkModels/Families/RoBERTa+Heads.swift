import InkTensor

extension RoBERTa: HeadedEncoderFamily {
  package static func outputs(
    for purpose: EncoderPurpose, _ configuration: ModelConfiguration, stored: EncoderOutputsSpec
  ) throws(ModelLoadError) -> EncoderOutputsSpec {
    let labels = purpose.labels(like: stored.classifier) ?? []
    switch purpose {
    case .sequenceClasses, .sequenceScore:
      return EncoderOutputsSpec(classifier: ClassifierSpec(form: .firstToken, labels: labels))
    case .tokenClasses: return EncoderOutputsSpec(classifier: ClassifierSpec(form: .everyToken, labels: labels))
    case .maskedTokens:
      let head = MaskedHeadSpec(
        activation: .geluErf,
        norm: .layer(epsilon: try configuration.epsilon("layer_norm_eps", default: 1e-12), .present), decoder: .tied)
      return EncoderOutputsSpec(masked: stored.masked ?? head)
    case .vectors: return EncoderOutputsSpec(pooler: stored.pooler)
    }
  }

  package static func architecture(for purpose: EncoderPurpose, modelType: String) -> String {
    let name =
      switch modelType {
      case "xlm-roberta": "XLMRoberta"
      case "camembert": "Camembert"
      default: "Roberta"
      }
    return "\(name)\(ending(for: purpose))"
  }
}
