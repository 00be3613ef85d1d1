import InkFormats
import InkTensor

/// What families share in the layout of GGUF files, as their checkpoints have it.
extension WeightMap {
  /// The converter of llama.cpp turns rows of halves into neighbours, biases with them.
  static func ggufNeighbours(_ spec: DecoderSpec) -> WeightMap {
    guard let attention = spec.groupedAttention else { return [] }
    return WeightMap(
      ["weight", "bias"].flatMap { suffix -> [WeightRule] in
        [
          .permuteRows(
            "blk.*.attn_q.\(suffix)", to: "layers.*.mixer.query.\(suffix)",
            .rotaryNeighboursToHalves(heads: attention.heads)),
          .permuteRows(
            "blk.*.attn_k.\(suffix)", to: "layers.*.mixer.key.\(suffix)",
            .rotaryNeighboursToHalves(heads: attention.keyValueHeads)),
        ]
      })
  }

  /// Query, key and value are written as one tensor, with a row for each output.
  static func ggufFused(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(
      ["weight", "bias"].map { suffix in .split("blk.*.attn_qkv.\(suffix)", into: fusedParts(spec, suffix)) })
  }

  /// The gate of the expert for all tokens is a matrix of one row in a checkpoint and a vector in GGUF.
  static func ggufSharedGate(_ spec: DecoderSpec) -> WeightMap {
    [
      .reshape(
        "blk.*.ffn_gate_inp_shexp.weight", to: "layers.*.feedForward.shared.switch.weight", from: [spec.width],
        into: [1, spec.width])
    ]
  }
}
