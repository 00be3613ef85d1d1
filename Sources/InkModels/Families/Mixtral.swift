public import InkFormats
import InkNN
import InkTensor

/// Mixtral: the LLaMA layout with a mixture of experts in every layer (Jiang et al., 2024).
public enum Mixtral: ModelFamily {
  public static let modelTypes = ["mixtral"]
  /// GGUF files name it `llama`, which hands it over.
  public static let architectures: [String] = []

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let window =
      configuration.node["sliding_window"].ifPresent == nil
      ? GroupedAttentionSpec.Window.unlimited : .last(try configuration.positive("sliding_window"))
    let experts = ExpertsSpec(
      router: try configuration.expertRouter(.softmaxOverChosen),
      width: try configuration.positive("intermediate_size"),
      function: try configuration.activation("hidden_act", default: .silu))
    var spec = try DecoderSpec.llamaLayout(
      configuration, windows: Array(repeating: window, count: try configuration.layerCount()),
      biases: try configuration.flag("attention_bias", default: false) ? .all : .none,
      pairing: configuration.container == .gguf ? .neighbours : .halves, context: 131_072)
    for index in spec.layers.indices { spec.layers[index].feedForward = .experts(experts) }
    return spec
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(WeightMap.mixtralExperts) + .llamaNames(spec)
  }

  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(WeightMap.ggufExperts()) + .ggufNames(spec)
  }
}
