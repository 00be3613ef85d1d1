public import InkFormats
import InkTensor

extension DeepSeekMoE: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufNeighbours(spec) + ggufWeights(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    var form = CheckpointForm(
      modelType: "deepseek", className: "DeepseekForCausalLM",
      keys: CheckpointForm.keysWithoutHeadWidth + [
        "num_experts_per_tok", "moe_intermediate_size", "n_shared_experts", "norm_topk_prob", "first_k_dense_replace",
        "attention_bias",
      ], fixed: [("hidden_act", .string("silu")), ("scoring_func", .string("softmax"))])
    if let router = spec.experts?.router {
      form.fixed.append(("n_routed_experts", CheckpointForm.number(router.count)))
      // The published code has no such factor; files may say one.
      if router.scale != 1 { form.fixed.append(("routed_scaling_factor", CheckpointForm.number(router.scale))) }
    }
    return form
  }
}
