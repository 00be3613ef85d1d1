import InkFormats

extension WeightMap {
  /// How the two maps of a feed-forward are called.
  enum FeedForwardNames {
    /// `ffn_up` widens, `ffn_down` narrows.
    case ordered
    /// The other way round, as the first converter of llama.cpp wrote them.
    case swapped
  }

  /// A vision transformer and its projector of two layers under llama.cpp's names. Layers beyond those of the spec,
  /// and a norm that it has not, are left out.
  static func clipGGUF(
    _ spec: VisionSpec, storedLayers: Int, _ names: FeedForwardNames = .ordered
  ) -> WeightMap {
    let (up, down) =
      switch names {
      case .ordered: ("ffn_up", "ffn_down")
      case .swapped: ("ffn_down", "ffn_up")
      }
    let parts = [
      ("attn_q", "attention.query"), ("attn_k", "attention.key"), ("attn_v", "attention.value"),
      ("attn_out", "attention.output"), (up, "feedForward.up"), (down, "feedForward.down"), ("ln1", "attentionNorm"),
      ("ln2", "feedForwardNorm"),
    ]
    let unused = (spec.layers.count..<max(spec.layers.count, storedLayers)).flatMap { index in
      parts.map { WeightRule.drop("v.blk.\(index).\($0.0).{weight,bias}") }
    }
    return WeightMap(
      unused + [
        .rename("v.class_embd", to: "vision.whole"), .rename("v.patch_embd.weight", to: "vision.patches.weight"),
        .rename("v.position_embd.weight", to: "vision.positions.weight"),
        .rename("v.pre_ln.{weight,bias}", to: "vision.inputNorm.{weight,bias}"),
        spec.outputNorm == nil
          ? .drop("v.post_ln.{weight,bias}")
          : .rename("v.post_ln.{weight,bias}", to: "vision.outputNorm.{weight,bias}"),
        .rename("mm.{0,2}.{weight,bias}", to: "projector.{first,second}.{weight,bias}"),
      ] + parts.map { .rename("v.blk.*.\($0.0).{weight,bias}", to: "vision.layers.*.\($0.1).{weight,bias}") })
  }
}
