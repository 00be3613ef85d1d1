public import InkFormats

/// The encoder of T5 by itself.
public enum T5Encoder: EncoderFamily {
  public static let modelTypes = ["t5", "mt5"]
  public static let architectures = ["t5encoder"]

  public static func spec(
    _ configuration: ModelConfiguration, stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderSpec {
    try T5Parts(configuration, stored).encoder(configuration, layers: try configuration.layerCount("num_layers"))
  }

  public static func huggingFaceWeights(_ spec: EncoderSpec) -> WeightMap {
    WeightMap(
      T5Parts.encoderRules(spec, prefix: "") + [
        .rename("shared.weight", to: "embedding.weight"), .drop("encoder.embed_tokens.weight"),
      ])
  }

  public static func ggufWeights(_ spec: EncoderSpec) -> WeightMap {
    WeightMap(T5Parts.ggufEncoderRules(prefix: "") + [.rename("token_embd.weight", to: "embedding.weight")])
  }
}
