import InkFormats
import InkNN
import InkTensor

/// What encoder and decoder of T5 have in common.
struct T5Parts {
  let attention: MultiHeadSpec
  let feedForward: FeedForwardSpec
  let norm: NormSpec
  private let bucketCount: Int
  private let largestDistance: Int

  init(_ configuration: ModelConfiguration, _ stored: any TensorSource) throws(ModelLoadError) {
    let heads = try configuration.positive("num_heads")
    let headWidth = try configuration.positive("d_kv")
    guard heads <= ModelConfiguration.largestExtent / headWidth else {
      throw ModelLoadError(
        .invalidConfiguration, context: "d_kv",
        expected: "heads of at most \(ModelConfiguration.largestExtent) elements together",
        found: "\(heads) heads of \(headWidth)")
    }
    attention = MultiHeadSpec(heads: heads, headWidth: headWidth, scale: 1, bias: .none)
    // GGUF files give it under the name of the norm that it is.
    let epsilon = try configuration.number("rms_norm_eps", default: 1e-6)
    norm = .rms(epsilon: try configuration.epsilon("layer_norm_epsilon", default: epsilon))
    let width = try configuration.positive("d_ff")
    switch configuration.container {
    case .gguf:
      // There is no key for it; only the gated ones have the tensor.
      let isGated = stored.find("enc.blk.0.ffn_gate.weight") != nil
      feedForward = isGated ? .gated(.geluTanh, width: width, .none) : .plain(.relu, width: width, .none)
    case .huggingFace: feedForward = try T5Parts.feedForward(configuration, width: width)
    }
    bucketCount = try configuration.positive("relative_attention_num_buckets", default: 32)
    largestDistance = try configuration.positive("relative_attention_max_distance", default: 128)
  }

  private static func feedForward(
    _ configuration: ModelConfiguration, width: Int
  ) throws(ModelLoadError) -> FeedForwardSpec {
    let fallback = try configuration.text("model_type") == "mt5" ? "gated-gelu" : "relu"
    let name = try configuration.text("feed_forward_proj") ?? fallback
    switch name {
    case "relu": return .plain(.relu, width: width, .none)
    case "gelu": return .plain(.geluErf, width: width, .none)
    case "silu": return .plain(.silu, width: width, .none)
    case "gated-relu": return .gated(.relu, width: width, .none)
    // Under this name the reference computes the form with the hyperbolic tangent.
    case "gated-gelu": return .gated(.geluTanh, width: width, .none)
    case "gated-silu": return .gated(.silu, width: width, .none)
    default:
      throw ModelLoadError(
        .unsupported, context: "feed_forward_proj", expected: "relu, gelu or silu, or gated- with one of them",
        found: ModelLoadError.quoted(name))
    }
  }

  /// The buckets of one side.
  func buckets(_ direction: RelativeBuckets.Direction) throws(ModelLoadError) -> RelativeBuckets {
    let buckets = RelativeBuckets(count: bucketCount, largestDistance: largestDistance, direction: direction)
    guard let buckets else {
      throw ModelLoadError(
        .invalidConfiguration, context: "relative_attention_max_distance",
        expected: "more than half of \(bucketCount) buckets, of which there are four or more, and at most "
          + "\(RelativeBuckets.distanceLimit)",
        found: "\(largestDistance)")
    }
    return buckets
  }

  /// The encoder, which both models begin with.
  func encoder(_ configuration: ModelConfiguration, layers: Int) throws(ModelLoadError) -> EncoderSpec {
    let layer = EncoderLayerSpec(attention: attention, feedForward: feedForward, norm: norm, placement: .before)
    return EncoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: try configuration.positive("d_model"),
      embedding: SequenceEmbeddingSpec(), layers: Array(repeating: layer, count: layers),
      relativePositions: try buckets(.both), finalNorm: norm, contextLength: nil)
  }

  /// The names of the encoder's tensors in a checkpoint.
  ///
  /// - Parameters:
  ///   - prefix: what stands in front of the names in the model.
  ///   - stored: what stands in front of them in the file.
  static func encoderRules(_ spec: EncoderSpec, prefix: String, stored: String = "encoder.") -> [WeightRule] {
    let (layer, own) = ("\(stored)block.*.layer", "\(prefix)layers.*")
    return [
      .rename("\(layer).0.SelfAttention.{q,k,v,o}.weight", to: "\(own).attention.{query,key,value,output}.weight"),
      .rename("\(layer).0.layer_norm.weight", to: "\(own).attentionNorm.weight"),
      .rename("\(layer).1.layer_norm.weight", to: "\(own).feedForwardNorm.weight"),
      .rename("\(stored)final_layer_norm.weight", to: "\(prefix)finalNorm.weight"),
      .rename(
        "\(stored)block.0.layer.0.SelfAttention.relative_attention_bias.weight", to: "\(prefix)relativePositions.weight"
      ),
      feedForward(spec.layers.first?.feedForward, "\(layer).1.DenseReluDense", to: "\(own).feedForward"),
    ]
  }

  /// The matrices of a feed-forward part: the one that is bent has a number where there are two.
  static func feedForward(_ spec: FeedForwardSpec?, _ name: String, to own: String) -> WeightRule {
    switch spec {
    case .gated?: .rename("\(name).{wi_0,wi_1,wo}.weight", to: "\(own).{gate,up,down}.weight")
    case .plain?, .experts?, nil: .rename("\(name).{wi,wo}.weight", to: "\(own).{up,down}.weight")
    }
  }

  /// The names of the encoder's tensors in a GGUF file.
  static func ggufEncoderRules(prefix: String) -> [WeightRule] {
    let (layer, own) = ("enc.blk.*", "\(prefix)layers.*")
    return [
      .rename("\(layer).attn_{q,k,v,o}.weight", to: "\(own).attention.{query,key,value,output}.weight"),
      .rename("\(layer).ffn_{gate,up,down}.weight", to: "\(own).feedForward.{gate,up,down}.weight"),
      .rename("\(layer).{attn_norm,ffn_norm}.weight", to: "\(own).{attentionNorm,feedForwardNorm}.weight"),
      .rename("enc.blk.0.attn_rel_b.weight", to: "\(prefix)relativePositions.weight"),
      .rename("enc.output_norm.weight", to: "\(prefix)finalNorm.weight"),
    ]
  }
}
