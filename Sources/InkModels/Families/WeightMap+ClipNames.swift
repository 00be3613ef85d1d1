import InkFormats

extension WeightMap {
  /// The vision transformer of CLIP under a prefix. Layers beyond those of the spec, and a norm that it has not, are
  /// left out.
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
  static func clipLayers(_ stored: String, to target: String) -> [WeightRule] {
    layerParts.map { .rename("\(stored).\($0.stored).{weight,bias}", to: "\(target).\($0.own).{weight,bias}") }
  }

  private static let layerParts: [(stored: String, own: String)] = [
    ("self_attn.q_proj", "attention.query"), ("self_attn.k_proj", "attention.key"),
    ("self_attn.v_proj", "attention.value"), ("self_attn.out_proj", "attention.output"),
    ("mlp.fc1", "feedForward.up"), ("mlp.fc2", "feedForward.down"), ("layer_norm1", "attentionNorm"),
    ("layer_norm2", "feedForwardNorm"),
  ]
}
