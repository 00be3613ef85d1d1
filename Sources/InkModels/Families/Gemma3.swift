public import InkFormats
import InkNN

/// Gemma 3, text: norms before and after each part, head norms, two rotary bases, most layers with a window (Gemma
/// Team, 2025).
public enum Gemma3: ModelFamily {
  public static let modelTypes = ["gemma3_text"]
  public static let architectures = ["gemma3"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let width = try configuration.heads().headWidth
    let full = try configuration.rotary(width: width, layerType: "full_attention")
    let window: RotaryEmbedding
    if try configuration.section("rope_parameters")?.section("sliding_attention") != nil {
      window = try configuration.rotary(width: width, layerType: "sliding_attention")
    } else {
      window = RotaryEmbedding(width: width, base: try configuration.number("rope_local_base_freq", default: 10_000))
    }
    return try .gemmaLayout(
      configuration, headNorms: .likeLayers, rotaries: (full, window), pattern: 6, layersOfLargest: 62,
      context: 131_072)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    .llamaNames(spec, norms: WeightMap.sandwichNorms)
  }
}
