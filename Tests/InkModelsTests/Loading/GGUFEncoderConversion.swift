import InkFormats
import InkTensor

/// A tiny encoder, or encoder with decoder, as the converter of llama.cpp would write it.
struct GGUFEncoderConversion {
  let architecture: String
  var metadata = GGUFMetadata()
  /// In the order of the file.
  var tensors: [(name: String, tensor: Tensor)] = []
  private let config: JSONNode

  /// - Parameter model: a checkpoint of BERT, RoBERTa or T5.
  init(_ model: GoldenModel) throws {
    let folder = try ModelFolder.open(model.path())
    config = folder.config
    let modelType = try config["model_type"].string
    architecture = modelType == "t5" ? "t5" : "bert"
    metadata["general.architecture"] = .string(architecture)
    if architecture == "t5" { try addT5Metadata() } else { try addBERTMetadata(modelType) }
    let source = try folder.weights.open()
    for name in source.tensorNames {
      guard let written = architecture == "t5" ? t5Name(name) : bertName(name) else { continue }
      var tensor = try source.stored(name).float32()
      if written == "position_embd.weight" { tensor = tensor.slice(try firstPosition(modelType)..<tensor.shape[0]) }
      tensors.append((written, tensor))
    }
  }

  /// Writes the file and returns its path.
  @discardableResult
  func write(to path: String) throws -> String {
    try GGUFWriter(metadata: metadata).write(tensors.map { StoredTensor(name: $0.name, $0.tensor) }, to: path)
    return path
  }

  private mutating func set(_ key: String, _ value: GGUFValue) { metadata["\(architecture).\(key)"] = value }

  private mutating func setNumber(_ key: String, _ number: Int) { set(key, .uint32(UInt32(number))) }

  /// The converter leaves out the positions that RoBERTa never uses.
  private func firstPosition(_ modelType: String) throws -> Int {
    modelType == "roberta" ? try config["pad_token_id"].int + 1 : 0
  }

  private mutating func addBERTMetadata(_ modelType: String) throws {
    setNumber("block_count", try config["num_hidden_layers"].int)
    setNumber("context_length", try config["max_position_embeddings"].int - firstPosition(modelType))
    setNumber("embedding_length", try config["hidden_size"].int)
    setNumber("feed_forward_length", try config["intermediate_size"].int)
    setNumber("attention.head_count", try config["num_attention_heads"].int)
    set("attention.layer_norm_epsilon", .float32(Float(try config["layer_norm_eps"].double)))
    set("attention.causal", .bool(false))
    setNumber("pooling_type", 2)
  }

  private mutating func addT5Metadata() throws {
    setNumber("block_count", try config["num_layers"].int)
    setNumber("decoder_block_count", try config["num_decoder_layers"].int)
    setNumber("context_length", 512)
    setNumber("embedding_length", try config["d_model"].int)
    setNumber("feed_forward_length", try config["d_ff"].int)
    setNumber("attention.head_count", try config["num_heads"].int)
    setNumber("attention.key_length", try config["d_kv"].int)
    setNumber("attention.value_length", try config["d_kv"].int)
    setNumber("attention.relative_buckets_count", try config["relative_attention_num_buckets"].int)
    set("attention.layer_norm_epsilon", .float32(Float(try config["layer_norm_epsilon"].double)))
    set("attention.layer_norm_rms_epsilon", .float32(Float(try config["layer_norm_epsilon"].double)))
    setNumber("decoder_start_token_id", try config["decoder_start_token_id"].int)
  }

  // MARK: Names

  private static let bertNames: [(stored: String, written: String)] = [
    ("embeddings.word_embeddings", "token_embd"), ("embeddings.position_embeddings", "position_embd"),
    ("embeddings.token_type_embeddings", "token_types"), ("embeddings.LayerNorm", "token_embd_norm"),
    ("attention.self.query", "attn_q"), ("attention.self.key", "attn_k"), ("attention.self.value", "attn_v"),
    ("attention.output.dense", "attn_output"), ("attention.output.LayerNorm", "attn_output_norm"),
    ("intermediate.dense", "ffn_up"), ("output.dense", "ffn_down"), ("output.LayerNorm", "layer_output_norm"),
  ]

  /// nil for what the converter leaves out: pooler and heads.
  private func bertName(_ name: String) -> String? {
    var parts = name.split(separator: ".").map(String.init)
    let suffix = parts.removeLast()
    guard ["bert", "roberta"].contains(parts.removeFirst()) else { return nil }
    var prefix = ""
    if parts.count > 3, parts[0] == "encoder" {
      prefix = "blk.\(parts[2])."
      parts.removeFirst(3)
    }
    let own = parts.joined(separator: ".")
    return GGUFEncoderConversion.bertNames.first { $0.stored == own }.map { "\(prefix)\($0.written).\(suffix)" }
  }

  private func t5Name(_ name: String) -> String? {
    let parts = name.split(separator: ".").map(String.init)
    switch parts[0] {
    case "shared": return "token_embd.weight"
    case "lm_head": return "output.weight"
    default: break
    }
    let stack = parts[0] == "encoder" ? "enc" : "dec"
    if parts[1] == "final_layer_norm" { return "\(stack).output_norm.weight" }
    let block = "\(stack).blk.\(parts[2])"
    let part = parts[parts.count - 2]
    switch (parts[5], part) {
    case ("SelfAttention", "relative_attention_bias"): return "\(block).attn_rel_b.weight"
    case ("SelfAttention", _): return "\(block).attn_\(part).weight"
    case ("EncDecAttention", _): return "\(block).cross_attn_\(part).weight"
    case ("DenseReluDense", "wi"), ("DenseReluDense", "wi_1"): return "\(block).ffn_up.weight"
    case ("DenseReluDense", "wi_0"): return "\(block).ffn_gate.weight"
    case ("DenseReluDense", _): return "\(block).ffn_down.weight"
    default: break
    }
    let isLast = parts[4] == (stack == "enc" ? "1" : "2")
    return "\(block).\(isLast ? "ffn_norm" : parts[4] == "0" ? "attn_norm" : "cross_attn_norm").weight"
  }
}
