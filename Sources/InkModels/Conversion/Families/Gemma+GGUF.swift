public import InkFormats

extension Gemma: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(offsetNorms(["attn_norm": "mixerNorm", "ffn_norm": "feedForwardNorm"])) + ggufWeights(spec)
  }

  /// Norm weights are stored as offsets from one in a checkpoint, and as they are in GGUF.
  ///
  /// - Parameter layerNorms: the names of a layer's norms in GGUF and in the decoder.
  static func offsetNorms(_ layerNorms: KeyValuePairs<String, String>) -> [WeightRule] {
    layerNorms.map { .offset("blk.*.\($0.key).weight", by: -1, to: "layers.*.\($0.value).weight") }
      + [.offset("output_norm.weight", by: -1, to: "finalNorm.weight")]
  }

  /// The norms of the later generations.
  static let sandwichNorms: KeyValuePairs<String, String> = [
    "attn_norm": "mixerNorm", "post_attention_norm": "mixerOutputNorm", "ffn_norm": "feedForwardNorm",
    "post_ffw_norm": "feedForwardOutputNorm",
  ]

  static let keys = CheckpointForm.llamaKeys + ["attention_bias"]

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "gemma", className: "GemmaForCausalLM", keys: keys,
      fixed: [("hidden_act", .string("gelu_pytorch_tanh")), ("hidden_activation", .string("gelu_pytorch_tanh"))])
  }
}
