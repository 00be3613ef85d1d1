import InkFormats

extension WeightMap {
  /// The names of BERT's body, which RoBERTa shares, behind any of the prefixes that checkpoints use for it.
  ///
  /// - Parameter prefixes: the first is the one that is written.
  static func bertBody(prefixes: [String]) -> [WeightRule] {
    prefixes.flatMap { prefix in
      let layer = "\(prefix)encoder.layer.*"
      return [
        .rename(
          "\(prefix)embeddings.{word_embeddings,position_embeddings,token_type_embeddings}.weight",
          to: "{embedding,positions,tokenTypes}.weight"),
        .rename("\(layer).attention.self.{query,key,value}.weight", to: "layers.*.attention.{query,key,value}.weight"),
        .rename("\(layer).attention.self.{query,key,value}.bias", to: "layers.*.attention.{query,key,value}.bias"),
        .rename("\(layer).attention.output.dense.weight", to: "layers.*.attention.output.weight"),
        .rename("\(layer).attention.output.dense.bias", to: "layers.*.attention.output.bias"),
        .rename("\(layer).{intermediate,output}.dense.weight", to: "layers.*.feedForward.{up,down}.weight"),
        .rename("\(layer).{intermediate,output}.dense.bias", to: "layers.*.feedForward.{up,down}.bias"),
        .rename("\(prefix)pooler.dense.weight", to: "pooler.weight"),
        .rename("\(prefix)pooler.dense.bias", to: "pooler.bias"),
        // The numbers 0, 1, 2, ..., stored by older versions.
        .drop("\(prefix)embeddings.position_ids"),
      ]
        + norm("\(prefix)embeddings.LayerNorm", to: "embeddingNorm")
        + norm("\(layer).attention.output.LayerNorm", to: "layers.*.attentionNorm")
        + norm("\(layer).output.LayerNorm", to: "layers.*.feedForwardNorm")
    }
  }

  /// A layer norm; the oldest checkpoints call its parts gamma and beta.
  static func norm(_ name: String, to new: String) -> [WeightRule] {
    [
      .rename("\(name).weight", to: "\(new).weight"), .rename("\(name).bias", to: "\(new).bias"),
      .rename("\(name).gamma", to: "\(new).weight"), .rename("\(name).beta", to: "\(new).bias"),
    ]
  }

  /// The last matrix of a masked-language head: a checkpoint with a tied one may store the embedding a second time.
  static func maskedDecoder(_ spec: EncoderSpec, _ name: String) -> WeightRule {
    switch spec.outputs.masked?.decoder {
    case .own?: .rename(name, to: "masked.decoder.weight")
    case .tied?, nil: .drop(name)
    }
  }

  /// The names of GGUF files of the architecture `bert`.
  static func ggufBERT(_ spec: EncoderSpec) -> WeightMap {
    WeightMap([
      .rename("{token_embd,position_embd,token_types}.weight", to: "{embedding,positions,tokenTypes}.weight"),
      .rename("token_embd_norm.weight", to: "embeddingNorm.weight"),
      .rename("token_embd_norm.bias", to: "embeddingNorm.bias"),
      .rename(
        "blk.*.{attn_q,attn_k,attn_v,attn_output}.weight", to: "layers.*.attention.{query,key,value,output}.weight"),
      .rename("blk.*.{attn_q,attn_k,attn_v,attn_output}.bias", to: "layers.*.attention.{query,key,value,output}.bias"),
      .split(
        "blk.*.attn_qkv.weight", into: ["query", "key", "value"].map { WeightPart("layers.*.attention.\($0).weight") }),
      .split(
        "blk.*.attn_qkv.bias", into: ["query", "key", "value"].map { WeightPart("layers.*.attention.\($0).bias") }),
      .rename("blk.*.{ffn_up,ffn_down}.weight", to: "layers.*.feedForward.{up,down}.weight"),
      .rename("blk.*.{ffn_up,ffn_down}.bias", to: "layers.*.feedForward.{up,down}.bias"),
      .rename(
        "blk.*.{attn_output_norm,layer_output_norm}.weight", to: "layers.*.{attentionNorm,feedForwardNorm}.weight"),
      .rename("blk.*.{attn_output_norm,layer_output_norm}.bias", to: "layers.*.{attentionNorm,feedForwardNorm}.bias"),
      .rename("{cls,cls.output}.weight", to: "classifier.{transform,output}.weight"),
      .rename("{cls,cls.output}.bias", to: "classifier.{transform,output}.bias"),
    ])
  }
}
