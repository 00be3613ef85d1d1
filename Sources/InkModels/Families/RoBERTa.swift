public import InkFormats
import InkTensor

/// RoBERTa and XLM-R: BERT's layout with positions that begin behind the padding token's id (Liu et al., 2019; Conneau
/// et al., 2019).
public enum RoBERTa: EncoderFamily {
  public static let modelTypes = ["roberta", "xlm-roberta", "camembert"]
  // GGUF files of these are of the architecture "bert": the converter leaves the unused positions out.
  public static let architectures: [String] = []

  public static func spec(
    _ configuration: ModelConfiguration, stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderSpec {
    let padding = try configuration.number("pad_token_id", default: 1)
    guard let padding = Int(exactly: padding), padding >= 0, padding < ModelConfiguration.largestExtent else {
      throw ModelLoadError(
        .invalidConfiguration, context: "pad_token_id", expected: "a token id", found: "\(padding)")
    }
    return try .bertLayout(
      configuration, firstPosition: padding + 1, types: try configuration.positive("type_vocab_size", default: 1),
      outputs: try outputs(configuration, stored))
  }

  private static func outputs(
    _ configuration: ModelConfiguration, _ stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderOutputsSpec {
    var outputs = EncoderOutputsSpec()
    if prefixes.contains(where: { stored.find("\($0)pooler.dense.weight") != nil }) { outputs.pooler = .firstToken }
    if stored.find("lm_head.dense.weight") != nil {
      let isTied = try configuration.flag("tie_word_embeddings", default: true)
      outputs.masked = MaskedHeadSpec(
        activation: .geluErf,
        norm: .layer(epsilon: try configuration.epsilon("layer_norm_eps", default: 1e-12), .present),
        decoder: isTied ? .tied : .own)
    }
    if stored.find("classifier.out_proj.weight") != nil {
      outputs.classifier = ClassifierSpec(form: .firstToken, labels: try configuration.labels())
    } else if stored.find("classifier.weight") != nil {
      outputs.classifier = ClassifierSpec(form: .everyToken, labels: try configuration.labels())
    }
    return outputs
  }

  /// What stands in front of the body's names: nothing where there is no head beside it.
  private static let prefixes = ["roberta.", ""]

  public static func huggingFaceWeights(_ spec: EncoderSpec) -> WeightMap {
    WeightMap(
      WeightMap.bertBody(prefixes: spec.outputs.isBare ? prefixes.reversed() : prefixes)
        + [
          .rename("lm_head.dense.weight", to: "masked.transform.weight"),
          .rename("lm_head.dense.bias", to: "masked.transform.bias"),
          .rename("lm_head.bias", to: "masked.decoder.bias"),
          // The same vector under the name of the matrix that it belongs to.
          .drop("lm_head.decoder.bias"),
          WeightMap.maskedDecoder(spec, "lm_head.decoder.weight"),
        ]
        + WeightMap.norm("lm_head.layer_norm", to: "masked.norm") + classifier(spec.outputs.classifier?.form))
  }

  private static func classifier(_ form: ClassifierSpec.Form?) -> [WeightRule] {
    switch form {
    case nil: []
    case .everyToken?, .pooled?:
      [
        .rename("classifier.weight", to: "classifier.output.weight"),
        .rename("classifier.bias", to: "classifier.output.bias"),
      ]
    case .firstToken?:
      [
        .rename("classifier.{dense,out_proj}.weight", to: "classifier.{transform,output}.weight"),
        .rename("classifier.{dense,out_proj}.bias", to: "classifier.{transform,output}.bias"),
      ]
    }
  }

  public static func ggufWeights(_ spec: EncoderSpec) -> WeightMap { .ggufBERT(spec) }
}
