import InkFormats

/// Where a layer's tensors are called what: `model.layers.*` in the file and `layers.*` in the decoder, or a layer
/// behind the last and its place among the predictions.
struct LayerNames {
  let file: String
  let decoder: String

  /// All layers of the decoder.
  static let all = LayerNames(file: "model.layers.*", decoder: "layers.*")
}

extension WeightMap {
  /// The experts under the names that Qwen's and DeepSeek's checkpoints share: an expert's matrices one by one, or those
  /// of all experts in one tensor, gate above up.
  ///
  /// - Parameter shared: what the part for all tokens is called: Qwen has one such expert, DeepSeek several as one.
  static func huggingFaceExperts(_ names: LayerNames = .all, shared: String) -> [WeightRule] {
    let (file, decoder) = ("\(names.file).mlp", "\(names.decoder).feedForward")
    return [
      .rename("\(file).gate.weight", to: "\(decoder).router.weight"),
      .rename("\(file).gate.e_score_correction_bias", to: "\(decoder).router.correction"),
      .rename(
        "\(file).experts.*.{gate_proj,up_proj,down_proj}.weight", to: "\(decoder).experts.*.{gate,up,down}.weight"),
      .unstack("\(file).experts.gate_up_proj", to: "\(decoder).experts.*.gateUp.weight"),
      .unstack("\(file).experts.down_proj", to: "\(decoder).experts.*.down.weight"),
      .rename(
        "\(file).\(shared).{gate_proj,up_proj,down_proj}.weight", to: "\(decoder).shared.{gate,up,down}.weight"),
      .rename("\(file).shared_expert_gate.weight", to: "\(decoder).shared.switch.weight"),
    ]
  }

  /// The experts under Mixtral's names, and under those of its layers in newer checkpoints.
  static let mixtralExperts: [WeightRule] = ["block_sparse_moe", "mlp"].flatMap { part -> [WeightRule] in
    let (file, decoder) = ("model.layers.*.\(part)", "layers.*.feedForward")
    return [
      .rename("\(file).gate.weight", to: "\(decoder).router.weight"),
      .rename("\(file).experts.*.{w1,w3,w2}.weight", to: "\(decoder).experts.*.{gate,up,down}.weight"),
      .unstack("\(file).experts.gate_up_proj", to: "\(decoder).experts.*.gateUp.weight"),
      .unstack("\(file).experts.down_proj", to: "\(decoder).experts.*.down.weight"),
    ]
  }

  /// The experts under the names of GGUF files: those of a layer in one tensor, in the oldest files one by one.
  static func ggufExperts(layer file: String = "blk.*", to decoder: String = "layers.*") -> [WeightRule] {
    let part = "\(decoder).feedForward"
    return [
      .rename("\(file).ffn_gate_inp.weight", to: "\(part).router.weight"),
      .rename("\(file).{exp_probs_b.bias,exp_probs_b}", to: "\(part).router.correction"),
      .unstack(
        "\(file).{ffn_gate_exps,ffn_up_exps,ffn_down_exps}.weight", to: "\(part).experts.*.{gate,up,down}.weight"),
      .unstack("\(file).ffn_gate_up_exps.weight", to: "\(part).experts.*.gateUp.weight"),
      .rename("\(file).{ffn_gate,ffn_up,ffn_down}.*.weight", to: "\(part).experts.*.{gate,up,down}.weight"),
      .rename(
        "\(file).{ffn_gate_shexp,ffn_up_shexp,ffn_down_shexp}.weight", to: "\(part).shared.{gate,up,down}.weight"),
      .rename("\(file).ffn_gate_inp_shexp.weight", to: "\(part).shared.switch.weight"),
    ]
  }
}
