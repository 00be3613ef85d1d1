public import InkFormats
import InkNN
import InkTensor

/// llama.cpp knows the name `gptj` and computes no such model. Phi's is the same computation once the turned rows of a head
/// lie in halves and attention has biases of zero; checkpoints made of the files are that family's.
extension GPTJ: GGUFExchange {
  public static func architecture(_ spec: DecoderSpec) -> String { Phi.architecture(spec) }

  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap {
    guard let attention = spec.groupedAttention, case .rotary(let rotary) = attention.position else {
      return Phi.ggufCheckpoint(spec)
    }
    return [
      .permuteRows(
        "blk.*.{attn_q,attn_k}.weight", to: "layers.*.mixer.{query,key}.weight",
        .rotaryHalvesToNeighbours(heads: attention.heads, turned: rotary.width))
    ] + Phi.ggufCheckpoint(spec)
  }

  public static func ggufTensors(_ spec: DecoderSpec) -> [StoredTensor] {
    let zeros = Tensor(Array(repeating: Float(0), count: spec.width), shape: [spec.width])
    return spec.layers.indices.flatMap { layer in
      ["attn_q", "attn_k", "attn_v", "attn_output"].map { StoredTensor(name: "blk.\(layer).\($0).bias", zeros) }
    }
  }

  public static func ggufSpec(_ spec: DecoderSpec) -> DecoderSpec {
    var spec = spec
    spec.changeAttention { $0.biases = .all }
    return spec
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm { Phi.checkpointForm(spec) }
}
