public import InkFormats
import InkTensor

/// CLIP: a vision transformer and a causal transformer of texts, trained to agree (Radford et al., 2021).
public enum Clip {
  public static let modelTypes = ["clip"]

  /// The model that a configuration describes; keys that it leaves out have the values of the first published model.
  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> ClipSpec {
    guard let vision = try configuration.section("vision_config"), let text = try configuration.section("text_config")
    else {
      throw ModelLoadError(
        .invalidConfiguration, context: "vision_config, text_config", expected: "a section for each tower",
        found: "fewer")
    }
    return ClipSpec(
      vision: try .clip(vision), text: try textSpec(text),
      projectionWidth: try configuration.positive("projection_dim", default: 512))
  }

  private static func textSpec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> ClipTextSpec {
    let width = try configuration.positive("hidden_size", default: 512)
    let vocabulary = try configuration.positive("vocab_size", default: 49_408)
    var end = ClipTextSpec.End.token(49_407)
    if configuration.node["eos_token_id"].ifPresent != nil {
      let identifier = try configuration.positive("eos_token_id")
      end = identifier == 2 ? .largestToken : .token(Int32(identifier))
    }
    if case .token(let token) = end, Int(token) >= vocabulary {
      throw ModelLoadError(
        .invalidConfiguration, context: "eos_token_id", expected: "an id below \(vocabulary)", found: "\(token)")
    }
    return ClipTextSpec(
      vocabulary: vocabulary, width: width,
      contextLength: try configuration.positive("max_position_embeddings", default: 77),
      layers: try configuration.clipLayers(width: width, heads: 8, feedForward: 2048),
      finalNorm: .layer(epsilon: try configuration.epsilon("layer_norm_eps", default: 1e-5), .present), end: end)
  }

  /// From the names of a Hugging Face checkpoint to those of the model.
  public static func huggingFaceWeights(_ spec: ClipSpec) -> WeightMap {
    WeightMap(
      WeightMap.clipVision("vision_model.", spec.vision, to: "vision.") + [
        .rename("text_model.embeddings.token_embedding.weight", to: "text.embedding.weight"),
        .rename("text_model.embeddings.position_embedding.weight", to: "text.positions.weight"),
        // Older checkpoints store the numbers of the positions.
        .drop("text_model.embeddings.position_ids"),
        .rename("text_model.final_layer_norm.{weight,bias}", to: "text.finalNorm.{weight,bias}"),
        .rename("visual_projection.weight", to: "visionProjection.weight"),
        .rename("text_projection.weight", to: "textProjection.weight"), .rename("logit_scale", to: "logitScale"),
      ] + WeightMap.clipLayers("text_model.encoder.layers.*", to: "text.layers.*"))
  }
}

extension VisionSpec {
  /// The vision transformer under the keys of CLIP's `vision_config`.
  static func clip(_ configuration: ModelConfiguration) throws(ModelLoadError) -> VisionSpec {
    let width = try configuration.positive("hidden_size", default: 768)
    let (size, patch) = (
      try configuration.positive("image_size", default: 224), try configuration.positive("patch_size", default: 32)
    )
    guard size <= 1 << 14, patch <= size else {
      throw ModelLoadError(
        .invalidConfiguration, context: "image_size", expected: "from the patch size \(patch) to 16384 pixels",
        found: "\(size)")
    }
    let channels = try configuration.positive("num_channels", default: 3)
    guard channels == 3 else {
      throw ModelLoadError(
        .unsupported, context: "num_channels", expected: "3 (red, green and blue)", found: "\(channels)")
    }
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_eps", default: 1e-5), .present)
    return VisionSpec(
      imageSize: size, patchSize: patch, channels: channels, width: width,
      layers: try configuration.clipLayers(width: width, heads: 12, feedForward: 3072), inputNorm: norm,
      outputNorm: norm)
  }
}

extension ModelConfiguration {
  /// The layers of a tower: norms before each part, biases everywhere.
  fileprivate func clipLayers(
    width: Int, heads: Int, feedForward: Int
  ) throws(ModelLoadError) -> [EncoderLayerSpec] {
    let heads = try positive("num_attention_heads", default: heads)
    guard width % heads == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "hidden_size", expected: "a multiple of \(heads) heads", found: "\(width)")
    }
    let layer = EncoderLayerSpec(
      attention: MultiHeadSpec(heads: heads, headWidth: width / heads, bias: .present),
      feedForward: .plain(
        try activation("hidden_act", default: .quickGELU),
        width: try positive("intermediate_size", default: feedForward), .present),
      norm: .layer(epsilon: try epsilon("layer_norm_eps", default: 1e-5), .present), placement: .before)
    let count = node["num_hidden_layers"].ifPresent == nil ? 12 : try layerCount()
    return Array(repeating: layer, count: count)
  }
}

extension WeightMap {
  /// The vision transformer of CLIP under a prefix. Layers beyond those of the spec, and a norm that it has not, are left
  /// out.
  static func clipVision(
    _ prefix: String, _ spec: VisionSpec, storedLayers: Int = 0, to target: String
  ) -> [WeightRule] {
    let unused = (spec.layers.count..<max(spec.layers.count, storedLayers)).flatMap { index in
      layerParts.map { WeightRule.drop("\(prefix)encoder.layers.\(index).\($0.stored).{weight,bias}") }
    }
    let outputNorm = "\(prefix)post_layernorm.{weight,bias}"
    return unused + [
      .rename("\(prefix)embeddings.class_embedding", to: "\(target)whole"),
      .rename("\(prefix)embeddings.patch_embedding.weight", to: "\(target)patches.weight"),
      .rename("\(prefix)embeddings.position_embedding.weight", to: "\(target)positions.weight"),
      .drop("\(prefix)embeddings.position_ids"),
      // The published name lacks a letter.
      .rename("\(prefix)pre_layrnorm.{weight,bias}", to: "\(target)inputNorm.{weight,bias}"),
      spec.outputNorm == nil ? .drop(outputNorm) : .rename(outputNorm, to: "\(target)outputNorm.{weight,bias}"),
    ] + clipLayers("\(prefix)encoder.layers.*", to: "\(target)layers.*")
  }

  /// The layers of either tower.
  fileprivate static func clipLayers(_ stored: String, to target: String) -> [WeightRule] {
    layerParts.map { .rename("\(stored).\($0.stored).{weight,bias}", to: "\(target).\($0.own).{weight,bias}") }
  }

  private static let layerParts: [(stored: String, own: String)] = [
    ("self_attn.q_proj", "attention.query"), ("self_attn.k_proj", "attention.key"),
    ("self_attn.v_proj", "attention.value"), ("self_attn.out_proj", "attention.output"),
    ("mlp.fc1", "feedForward.up"), ("mlp.fc2", "feedForward.down"), ("layer_norm1", "attentionNorm"),
    ("layer_norm2", "feedForwardNorm"),
  ]
}
