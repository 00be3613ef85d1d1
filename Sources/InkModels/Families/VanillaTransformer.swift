public import InkFormats
import InkTensor

/// The Transformer of "Attention is all you need" as PyTorch's `nn.Transformer` names its parts: one embedding for both
/// sides, sines and cosines for positions, norms behind each sum (Vaswani et al., 2017).
public enum VanillaTransformer: EncoderDecoderFamily {
  public static let modelTypes = ["vanilla_transformer"]
  public static let architectures: [String] = []

  public static func spec(
    _ configuration: ModelConfiguration, stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderDecoderSpec {
    let width = try configuration.positive("d_model")
    let heads = try configuration.positive("nhead")
    guard width % heads == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "d_model", expected: "a multiple of \(heads) heads", found: "\(width)")
    }
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_eps", default: 1e-5), .present)
    let finalNorm = try configuration.flag("final_layernorm_per_stack", default: true) ? norm : nil
    let placement = try configuration.flag("norm_first", default: false) ? NormPlacement.before : .afterSum
    let attention = MultiHeadSpec(heads: heads, headWidth: width / heads, bias: .present)
    let feedForward = FeedForwardSpec.plain(
      try configuration.activation("activation", default: .relu),
      width: try configuration.positive("dim_feedforward", default: 2048), .present)
    let embedding = try self.embedding(configuration, width: width)
    let encoderLayer = EncoderLayerSpec(
      attention: attention, feedForward: feedForward, norm: norm, placement: placement)
    let decoderLayer = CrossDecoderLayerSpec(
      selfAttention: attention, crossAttention: attention, feedForward: feedForward, norm: norm, placement: placement)
    return EncoderDecoderSpec(
      encoder: EncoderSpec(
        vocabulary: try configuration.positive("vocab_size"), width: width, embedding: embedding,
        layers: Array(repeating: encoderLayer, count: try configuration.layerCount("num_encoder_layers")),
        finalNorm: finalNorm, contextLength: nil),
      decoder: CrossDecoderSpec(
        embedding: embedding,
        layers: Array(repeating: decoderLayer, count: try configuration.layerCount("num_decoder_layers")),
        finalNorm: finalNorm),
      head: HeadSpec(weight: .own(stored.find("generator.bias") == nil ? .none : .present)), startToken: nil)
  }

  private static func embedding(
    _ configuration: ModelConfiguration, width: Int
  ) throws(ModelLoadError) -> SequenceEmbeddingSpec {
    if let positions = try configuration.text("positional_encoding"), !positions.hasPrefix("sinusoidal") {
      throw ModelLoadError(
        .unsupported, context: "positional_encoding", expected: "sinusoidal", found: ModelLoadError.quoted(positions))
    }
    var scale: Float = 1
    if let name = try configuration.text("embedding_scale") {
      guard name == "sqrt(d_model)" else {
        throw ModelLoadError(
          .unsupported, context: "embedding_scale", expected: "sqrt(d_model) or nothing",
          found: ModelLoadError.quoted(name))
      }
      scale = Float(width).squareRoot()
    }
    return SequenceEmbeddingSpec(scale: scale, positions: .sinusoidal)
  }

  public static func huggingFaceWeights(_ spec: EncoderDecoderSpec) -> WeightMap {
    WeightMap(
      [
        .rename("embedding.weight", to: "embedding.weight"), .rename("generator.weight", to: "head.weight"),
        .rename("generator.bias", to: "head.bias"),
      ]
        + attention("transformer.encoder.layers.*.self_attn", to: "encoder.layers.*.attention")
        + attention("transformer.decoder.layers.*.self_attn", to: "decoder.layers.*.selfAttention")
        + attention("transformer.decoder.layers.*.multihead_attn", to: "decoder.layers.*.crossAttention")
        + ["weight", "bias"].flatMap { part -> [WeightRule] in
          let (encoder, decoder) = ("transformer.encoder.layers.*", "transformer.decoder.layers.*")
          return [
            .rename(
              "transformer.{encoder,decoder}.layers.*.{linear1,linear2}.\(part)",
              to: "{encoder,decoder}.layers.*.feedForward.{up,down}.\(part)"),
            .rename(
              "\(encoder).{norm1,norm2}.\(part)", to: "encoder.layers.*.{attentionNorm,feedForwardNorm}.\(part)"),
            .rename(
              "\(decoder).{norm1,norm2,norm3}.\(part)",
              to: "decoder.layers.*.{selfAttentionNorm,crossAttentionNorm,feedForwardNorm}.\(part)"),
            .rename("transformer.{encoder,decoder}.norm.\(part)", to: "{encoder,decoder}.finalNorm.\(part)"),
          ]
        })
  }

  private static func attention(_ name: String, to own: String) -> [WeightRule] {
    ["weight", "bias"].flatMap { part -> [WeightRule] in
      [
        .split("\(name).in_proj_\(part)", into: ["query", "key", "value"].map { WeightPart("\(own).\($0).\(part)") }),
        .rename("\(name).out_proj.\(part)", to: "\(own).output.\(part)"),
      ]
    }
  }

  /// There is no such file; the map is that of checkpoints.
  public static func ggufWeights(_ spec: EncoderDecoderSpec) -> WeightMap { huggingFaceWeights(spec) }
}
