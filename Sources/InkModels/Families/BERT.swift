public import InkFormats
import InkTensor

/// BERT and the checkpoints that share its layout, MacBERT and LERT among them (Devlin et al., 2018).
public enum BERT: EncoderFamily {
  public static let modelTypes = ["bert"]
  public static let architectures = ["bert"]

  public static func spec(
    _ configuration: ModelConfiguration, stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderSpec {
    switch configuration.container {
    case .huggingFace:
      return try .bertLayout(
        configuration, firstPosition: 0, types: try configuration.positive("type_vocab_size", default: 2),
        outputs: try outputs(configuration, stored))
    case .gguf:
      // How many kinds of token there are is not in the metadata.
      let types = stored.find("token_types.weight").map { $0.shape.rank == 2 ? $0.shape[0] : 1 }
      return try .bertLayout(
        configuration, firstPosition: 0, types: types ?? 0, outputs: try ggufOutputs(configuration, stored))
    }
  }

  private static func outputs(
    _ configuration: ModelConfiguration, _ stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderOutputsSpec {
    var outputs = EncoderOutputsSpec()
    if prefixes.contains(where: { stored.find("\($0)pooler.dense.weight") != nil }) { outputs.pooler = .firstToken }
    if stored.find("cls.seq_relationship.weight") != nil { outputs.nextSentence = .present }
    if stored.find("cls.predictions.transform.dense.weight") != nil {
      let isTied = try configuration.flag("tie_word_embeddings", default: true)
      outputs.masked = MaskedHeadSpec(
        activation: try configuration.activation("hidden_act", default: .geluErf),
        norm: .layer(epsilon: try configuration.epsilon("layer_norm_eps", default: 1e-12), .present),
        decoder: isTied ? .tied : .own)
    }
    if stored.find("classifier.weight") != nil {
      let isForTokens = try configuration.texts("architectures")?.contains("BertForTokenClassification") ?? false
      outputs.classifier = ClassifierSpec(
        form: isForTokens || outputs.pooler == .none ? .everyToken : .pooled, labels: try configuration.labels())
    }
    return outputs
  }

  /// GGUF files keep a head of classes in RoBERTa's form alone; BERT's pooler is not written to them.
  private static func ggufOutputs(
    _ configuration: ModelConfiguration, _ stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderOutputsSpec {
    guard stored.find("cls.weight") != nil, let output = stored.find("cls.output.weight") else {
      return EncoderOutputsSpec()
    }
    let labels = try configuration.labels(default: max(output.shape.rank == 2 ? output.shape[0] : 1, 1))
    return EncoderOutputsSpec(classifier: ClassifierSpec(form: .firstToken, labels: labels))
  }

  /// What stands in front of the body's names: nothing where there is no head beside it.
  private static let prefixes = ["bert.", ""]

  public static func huggingFaceWeights(_ spec: EncoderSpec) -> WeightMap {
    WeightMap(
      WeightMap.bertBody(prefixes: spec.outputs.isBare ? prefixes.reversed() : prefixes)
        + [
          .rename("cls.predictions.transform.dense.weight", to: "masked.transform.weight"),
          .rename("cls.predictions.transform.dense.bias", to: "masked.transform.bias"),
          .rename("cls.predictions.bias", to: "masked.decoder.bias"),
          // The same vector under the name of the matrix that it belongs to.
          .drop("cls.predictions.decoder.bias"),
          WeightMap.maskedDecoder(spec, "cls.predictions.decoder.weight"),
          .rename("cls.seq_relationship.weight", to: "nextSentence.weight"),
          .rename("cls.seq_relationship.bias", to: "nextSentence.bias"),
          .rename("classifier.weight", to: "classifier.output.weight"),
          .rename("classifier.bias", to: "classifier.output.bias"),
        ]
        + WeightMap.norm("cls.predictions.transform.LayerNorm", to: "masked.norm"))
  }

  public static func ggufWeights(_ spec: EncoderSpec) -> WeightMap { .ggufBERT(spec) }
}
