public import InkFormats
import InkTensor

extension DeepSeekV3: GGUFExchange {
  public static func architecture(_ spec: DecoderSpec) -> String { DeepSeekV2.architecture(spec) }

  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufLatentCheckpoint(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    var form = CheckpointForm(
      modelType: "deepseek_v3", className: "DeepseekV3ForCausalLM", keys: DeepSeekV2.keys,
      fixed: DeepSeekV2.members(spec))
    form.fixed += [("scoring_func", .string("sigmoid")), ("topk_method", .string("noaux_tc"))]
    switch spec.experts?.router.groups {
    case .largest(let count, let kept)?, .largestPair(let count, let kept)?:
      form.fixed += [("n_group", CheckpointForm.number(count)), ("topk_group", CheckpointForm.number(kept))]
    case ExpertRouter.Groups.none?, nil:
      form.fixed += [("n_group", CheckpointForm.number(1)), ("topk_group", CheckpointForm.number(1))]
    }
    // Files need not say that weights are left as they are.
    form.fixed.append(("norm_topk_prob", .bool(spec.experts?.router.normalization == .sumToOne)))
    return form
  }
}
