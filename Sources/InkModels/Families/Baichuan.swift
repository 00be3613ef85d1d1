public import InkFormats
import InkNN

/// Baichuan and Baichuan 2 (Baichuan, 2023; Yang et al., 2023): the layout of LLaMA with query, key and value in one
/// matrix. The 7B models turn queries and keys; the 13B models lower scores with distance. Baichuan 2 uses the rows of
/// its head as vectors of length one.
public enum Baichuan: ModelFamily {
  public static let modelTypes = ["baichuan"]
  public static let architectures = ["baichuan"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    var spec = try DecoderSpec.llamaLayout(
      configuration, windows: Array(repeating: .unlimited, count: try configuration.layerCount()), biases: .none,
      // The converter of GGUF files turns pairs of halves into pairs of neighbours.
      pairing: configuration.container == .gguf ? .neighbours : .halves,
      context: try configuration.positive("model_max_length", default: 4096))
    if try lowersScoresWithDistance(configuration) {
      spec.changeAttention { $0.position = .alibi(slopes: AlibiSlopes.slopes(heads: $0.heads)) }
    }
    if try normalizesHead(configuration) { spec.head.weight = .normalizedRows }
    return spec
  }

  /// The 13B models have no `max_position_embeddings`: nothing in them is made for a number of positions.
  private static func lowersScoresWithDistance(
    _ configuration: ModelConfiguration
  ) throws(ModelLoadError) -> Bool {
    switch try configuration.text("position_embedding")?.lowercased() {
    case "alibi": return true
    case "rope": return false
    case nil: break
    case let other?:
      throw ModelLoadError(
        .unsupported, context: "position_embedding", expected: "rope or alibi", found: ModelLoadError.quoted(other))
    }
    switch configuration.container {
    case .huggingFace: return configuration.node["max_position_embeddings"].ifPresent == nil
    // GGUF metadata has no key for it; llama.cpp tells the models by their layers, and so must we.
    case .gguf: return try configuration.layerCount() == 40
    }
  }

  /// Published configurations of Baichuan 2 are told from those of Baichuan by the weight of a loss that only it had.
  private static func normalizesHead(_ configuration: ModelConfiguration) throws(ModelLoadError) -> Bool {
    let isSecond = configuration.node["z_loss_weight"].ifPresent != nil
    let vocabulary = try configuration.positive("vocab_size")
    return try configuration.flag("norm_head", default: isSecond || vocabulary == 125_696)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    [.split("model.layers.*.self_attn.W_pack.weight", into: WeightMap.fusedParts(spec, "weight"))] + .llamaNames(spec)
  }
}
