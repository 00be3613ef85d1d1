import InkFormats
import InkNN
import InkTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Experts and latent attention in the metadata of GGUF.
extension GGUFDescription {
  mutating func describe(_ experts: ExpertsSpec) throws(ModelLoadError) {
    set("expert_count", experts.router.count)
    set("expert_used_count", experts.router.chosen)
    set("expert_feed_forward_length", experts.width)
    switch experts.shared {
    case .none: break
    case .gated(let width): set("expert_shared_feed_forward_length", width)
    case .always(let width):
      guard experts.width > 0, width % experts.width == 0 else {
        throw unsupported("experts for all tokens of another width than the others")
      }
      set("expert_shared_count", width / experts.width)
    }
    set("leading_dense_block_count", spec.leadingDenseLayers)
    // llama.cpp's numbers of the functions that make scores of logits.
    switch experts.router.rule {
    case .softmaxOverChosen: return
    case .softmax(let normalization, let groups): describe(normalization, groups, function: 1)
    case .sigmoidWithBias(let normalization, let groups): describe(normalization, groups, function: 2)
    }
    set("expert_weights_scale", experts.router.scale)
  }

  private mutating func describe(
    _ normalization: ExpertRouter.Normalization, _ groups: ExpertRouter.Groups, function: Int
  ) {
    set("expert_gating_func", function)
    set("expert_weights_norm", .bool(normalization == .sumToOne))
    switch groups {
    case .none: break
    case .largest(let count, let kept), .largestPair(let count, let kept):
      set("expert_group_count", count)
      set("expert_group_used_count", kept)
    }
  }

  /// Under the usual keys stand the widths that are cached, under others those of the heads.
  mutating func describe(_ attention: LatentAttentionSpec) throws(ModelLoadError) {
    let (rank, rotary) = (attention.keyValueRank, attention.rotary)
    let width = attention.contentWidth + rotary.width
    set("attention.head_count", attention.heads)
    set("attention.head_count_kv", 1)
    if case .compressed(let queryRank) = attention.query { set("attention.q_lora_rank", queryRank) }
    set("attention.kv_lora_rank", rank)
    set("attention.key_length", rank + rotary.width)
    set("attention.value_length", rank)
    set("attention.key_length_mla", width)
    set("attention.value_length_mla", attention.valueWidth)
    // What scores are multiplied with beyond the root of the width is the square of YaRN's magnitude for a share of it.
    let magnitude = (Double(attention.scale) * Double(width).squareRoot()).squareRoot()
    guard case .yarn(let settings) = rotary.scaling, (magnitude - 1).magnitude > 1e-6, settings.factor > 1 else {
      return try describe(rotary)
    }
    let share = (magnitude - 1) / log(settings.factor)
    // The scale is of single precision; no share has more digits than this.
    set("rope.scaling.yarn_log_multiplier", Float((share * 1e6).rounded() / 1e6))
    try describe(rotary, magnitude: 1)
  }
}
