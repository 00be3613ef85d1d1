public import InkFormats

/// Gemma 2: norms before and after each part, every other layer with a window, scores and logits held in a band (Gemma
/// Team, 2024).
public enum Gemma2: ModelFamily {
  public static let modelTypes = ["gemma2"]
  public static let architectures = ["gemma2"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let rotary = try configuration.rotary(width: try configuration.heads().headWidth)
    return try .gemmaLayout(
      configuration, headNorms: .none, rotaries: (rotary, rotary), pattern: 2, window: 4096,
      layersOfLargest: 46, context: 8192)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    .llamaNames(spec, norms: WeightMap.sandwichNorms)
  }
}
