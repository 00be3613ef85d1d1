public import InkFormats
import InkNN

/// T5, T5 1.1, Flan-T5, mT5 and UL2: relative positions in buckets shared by all layers, norms without a mean in front
/// of each part, no biases, dot products that are not scaled (Raffel et al., 2020; Shazeer, 2020; Xue et al., 2021; Tay
/// et al., 2022).
public enum T5: EncoderDecoderFamily {
  public static let modelTypes = ["t5", "mt5"]
  public static let architectures = ["t5"]

  public static func spec(
    _ configuration: ModelConfiguration, stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderDecoderSpec {
    let parts = try T5Parts(configuration, stored)
    let encoderLayers = try configuration.layerCount("num_layers")
    let hasOwnCount = configuration.node["num_decoder_layers"].ifPresent != nil
    let decoderLayers = hasOwnCount ? try configuration.layerCount("num_decoder_layers") : encoderLayers
    let layer = CrossDecoderLayerSpec(
      selfAttention: parts.attention, crossAttention: parts.attention, feedForward: parts.feedForward,
      norm: parts.norm, placement: .before)
    return EncoderDecoderSpec(
      encoder: try parts.encoder(configuration, layers: encoderLayers),
      decoder: CrossDecoderSpec(
        embedding: SequenceEmbeddingSpec(), layers: Array(repeating: layer, count: decoderLayers),
        relativePositions: try parts.buckets(.past), finalNorm: parts.norm),
      head: try head(configuration, stored, width: try configuration.positive("d_model")),
      startToken: try startToken(configuration))
  }

  /// Whether the head is the embedding is seen in the file. The first T5 divides its states by the root of the width in
  /// front of it and says so by calling the two tied; later ones do neither, and newer configurations say it outright.
  private static func head(
    _ configuration: ModelConfiguration, _ stored: any TensorSource, width: Int
  ) throws(ModelLoadError) -> HeadSpec {
    let scale = 1 / Float(width).squareRoot()
    switch configuration.container {
    case .gguf:
      return stored.find("output.weight") == nil
        ? HeadSpec(weight: .tied, scale: scale) : HeadSpec(weight: .own(.none))
    case .huggingFace:
      let calledTied = try configuration.flag("tie_word_embeddings", default: true)
      let scales = try configuration.flag("scale_decoder_outputs", default: calledTied)
      let isScaled = try configuration.text("model_type") != "mt5" && scales
      return HeadSpec(
        weight: stored.find("lm_head.weight") == nil ? .tied : .own(.none), scale: isScaled ? scale : 1)
    }
  }

  private static func startToken(_ configuration: ModelConfiguration) throws(ModelLoadError) -> Int32 {
    let number = try configuration.number("decoder_start_token_id", default: 0)
    guard let token = Int32(exactly: number), token >= 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "decoder_start_token_id", expected: "a token id", found: "\(number)")
    }
    return token
  }

  public static func huggingFaceWeights(_ spec: EncoderDecoderSpec) -> WeightMap {
    WeightMap(
      T5Parts.encoderRules(spec.encoder, prefix: "encoder.") + decoderRules + [
        T5Parts.feedForward(
          spec.decoder.layers.first?.feedForward, "decoder.block.*.layer.2.DenseReluDense",
          to: "decoder.layers.*.feedForward"),
        .rename("shared.weight", to: "embedding.weight"),
        // The embedding a second and a third time.
        .drop("{encoder,decoder}.embed_tokens.weight"),
        // Never used: the first checkpoints hold it.
        .drop("decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"),
        head(spec, "lm_head.weight"),
      ])
  }

  private static func head(_ spec: EncoderDecoderSpec, _ name: String) -> WeightRule {
    switch spec.head.weight {
    case .tied: .drop(name)
    case .own, .normalizedRows: .rename(name, to: "head.weight")
    }
  }

  private static let decoderRules: [WeightRule] = {
    let (layer, own) = ("decoder.block.*.layer", "decoder.layers.*")
    return [
      .rename("\(layer).0.SelfAttention.{q,k,v,o}.weight", to: "\(own).selfAttention.{query,key,value,output}.weight"),
      .rename("\(layer).0.layer_norm.weight", to: "\(own).selfAttentionNorm.weight"),
      .rename(
        "\(layer).1.EncDecAttention.{q,k,v,o}.weight", to: "\(own).crossAttention.{query,key,value,output}.weight"),
      .rename("\(layer).1.layer_norm.weight", to: "\(own).crossAttentionNorm.weight"),
      .rename("\(layer).2.layer_norm.weight", to: "\(own).feedForwardNorm.weight"),
      .rename("decoder.final_layer_norm.weight", to: "decoder.finalNorm.weight"),
      .rename(
        "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", to: "decoder.relativePositions.weight"),
    ]
  }()

  public static func ggufWeights(_ spec: EncoderDecoderSpec) -> WeightMap {
    let (layer, own) = ("dec.blk.*", "decoder.layers.*")
    return WeightMap(
      T5Parts.ggufEncoderRules(prefix: "encoder.") + [
        .rename("token_embd.weight", to: "embedding.weight"),
        .rename("\(layer).attn_{q,k,v,o}.weight", to: "\(own).selfAttention.{query,key,value,output}.weight"),
        .rename("\(layer).cross_attn_{q,k,v,o}.weight", to: "\(own).crossAttention.{query,key,value,output}.weight"),
        .rename("\(layer).ffn_{gate,up,down}.weight", to: "\(own).feedForward.{gate,up,down}.weight"),
        .rename(
          "\(layer).{attn_norm,cross_attn_norm,ffn_norm}.weight",
          to: "\(own).{selfAttentionNorm,crossAttentionNorm,feedForwardNorm}.weight"),
        .rename("dec.blk.0.attn_rel_b.weight", to: "decoder.relativePositions.weight"),
        .rename("dec.output_norm.weight", to: "decoder.finalNorm.weight"),
        .drop("dec.blk.0.cross_attn_rel_b.weight"),
        head(spec, "output.weight"),
      ])
  }
}
