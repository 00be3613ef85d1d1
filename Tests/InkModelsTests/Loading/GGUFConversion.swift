import Foundation
import InkFormats
import InkTensor

/// A tiny checkpoint as the converter of llama.cpp would write it: its names, its metadata, its changes to the weights.
struct GGUFConversion {
  /// The type of the matrices; vectors stay f32.
  enum Precision: String, CaseIterable {
    case f32, f16
    /// Matrices whose rows are no multiple of 32 become f16, as llama.cpp does when it quantizes.
    case q8_0
  }

  let architecture: String
  var metadata = GGUFMetadata()
  /// In the order of the file.
  var tensors: [(name: String, tensor: Tensor)] = []
  private let config: JSONNode

  /// Whether a folder is of a family that can be written so.
  static func knows(_ name: String) -> Bool {
    [
      "llama", "llama_tied", "llama_bias", "llama_rope_llama3", "llama_rope_linear", "llama_rope_yarn", "mistral",
      "qwen2", "qwen3", "gemma3_text", "gpt2",
    ].contains(name)
  }

  init(_ model: GoldenModel) throws {
    let folder = try ModelFolder.open(model.path())
    config = folder.config
    let modelType = try config["model_type"].string
    architecture = ["mistral": "llama", "gemma3_text": "gemma3"][modelType] ?? modelType
    try addMetadata()
    let source = try folder.weights.open()
    for name in source.tensorNames {
      if name == "lm_head.weight", try config["tie_word_embeddings"].bool { continue }
      let tensor = try source.stored(name).float32()
      tensors.append((try ggufName(name), try changed(tensor, name)))
    }
    try addRotaryFactors()
  }

  /// Writes the file and returns its path.
  @discardableResult
  func write(_ precision: Precision = .f32, to path: String) throws -> String {
    try GGUFWriter(metadata: metadata).write(tensors.map { try stored($0.name, $0.tensor, precision) }, to: path)
    return path
  }

  /// The same file with every matrix rounded to the precision and then written as f32.
  func writeRounded(_ precision: Precision, to path: String) throws -> String {
    let rounded = try tensors.map { StoredTensor(name: $0.name, try stored($0.name, $0.tensor, precision).float32()) }
    try GGUFWriter(metadata: metadata).write(rounded, to: path)
    return path
  }

  private func stored(_ name: String, _ tensor: Tensor, _ precision: Precision) throws -> StoredTensor {
    guard tensor.shape.rank == 2, name != "position_embd.weight", precision != .f32 else {
      return StoredTensor(name: name, tensor)
    }
    let format: BlockFormat = precision == .q8_0 && tensor.shape[1] % 32 == 0 ? .q8_0 : .f16
    return try StoredTensor(name: name, tensor, as: format)
  }

  // MARK: Metadata

  private mutating func set(_ key: String, _ value: GGUFValue) { metadata["\(architecture).\(key)"] = value }

  private mutating func addMetadata() throws {
    metadata["general.architecture"] = .string(architecture)
    let isGPT2 = architecture == "gpt2"
    let width = try config[isGPT2 ? "n_embd" : "hidden_size"].int
    let heads = try config[isGPT2 ? "n_head" : "num_attention_heads"].int
    let inner = try config[isGPT2 ? "n_inner" : "intermediate_size"].ifPresent?.int ?? 4 * width
    let headWidth = try config["head_dim"].ifPresent?.int ?? width / heads
    set("block_count", .uint32(UInt32(try config[isGPT2 ? "n_layer" : "num_hidden_layers"].int)))
    set("context_length", .uint32(UInt32(try config[isGPT2 ? "n_positions" : "max_position_embeddings"].int)))
    set("embedding_length", .uint32(UInt32(width)))
    set("feed_forward_length", .uint32(UInt32(inner)))
    set("attention.head_count", .uint32(UInt32(heads)))
    if isGPT2 {
      return set("attention.layer_norm_epsilon", .float32(Float(try config["layer_norm_epsilon"].double)))
    }
    set("attention.head_count_kv", .uint32(UInt32(try config["num_key_value_heads"].int)))
    set("attention.layer_norm_rms_epsilon", .float32(Float(try config["rms_norm_eps"].double)))
    set("attention.key_length", .uint32(UInt32(headWidth)))
    set("attention.value_length", .uint32(UInt32(headWidth)))
    if architecture == "llama" { set("rope.dimension_count", .uint32(UInt32(headWidth))) }
    try addRotaryMetadata()
    if let window = try config["sliding_window"].ifPresent?.int {
      set("attention.sliding_window", .uint32(UInt32(window)))
    }
    if architecture == "gemma3" {
      let isSliding = try config["layer_types"].array.map { try $0.string == "sliding_attention" }
      set("attention.sliding_window_pattern", .array(.bool(isSliding)))
    }
  }

  private mutating func addRotaryMetadata() throws {
    var rotary = config["rope_parameters"]
    if let full = rotary["full_attention"].ifPresent {
      set("rope.freq_base_swa", .float32(Float(try rotary["sliding_attention"]["rope_theta"].double)))
      rotary = full
    }
    set("rope.freq_base", .float32(Float(try rotary["rope_theta"].double)))
    let type = try rotary["rope_type"].string
    guard type == "linear" || type == "yarn" else { return }
    set("rope.scaling.type", .string(type))
    set("rope.scaling.factor", .float32(Float(try rotary["factor"].double)))
    if type == "yarn" {
      let original = try rotary["original_max_position_embeddings"].int
      set("rope.scaling.original_context_length", .uint32(UInt32(original)))
    }
  }

  /// LLaMA 3's scaling is a tensor in GGUF: what each frequency is divided by.
  private mutating func addRotaryFactors() throws {
    let rotary = config["rope_parameters"]
    guard try rotary["rope_type"].ifPresent?.string == "llama3" else { return }
    let width = try config["head_dim"].int
    let base = try rotary["rope_theta"].double
    let context = Double(try rotary["original_max_position_embeddings"].int)
    let (low, high) = (try rotary["low_freq_factor"].double, try rotary["high_freq_factor"].double)
    let factor = try rotary["factor"].double
    let factors = (0..<width / 2).map { pair in
      let wavelength = 2 * Double.pi * pow(base, 2 * Double(pair) / Double(width))
      if wavelength < context / high { return Float(1) }
      if wavelength > context / low { return Float(factor) }
      let smooth = (context / wavelength - low) / (high - low)
      return Float(1 / ((1 - smooth) / factor + smooth))
    }
    tensors.append(("rope_freqs.weight", Tensor(factors, shape: [factors.count])))
  }

  // MARK: Tensors

  private static let names: [String: String] = [
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
    "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm",
    "transformer.wte": "token_embd", "transformer.wpe": "position_embd", "transformer.ln_f": "output_norm",
    "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output", "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down",
    "ln_1": "attn_norm", "ln_2": "ffn_norm",
  ]

  private func ggufName(_ name: String) throws -> String {
    var parts = name.split(separator: ".").map(String.init)
    let suffix = parts.removeLast()
    var prefix = ""
    if let place = parts.firstIndex(where: { Int($0) != nil }) {
      prefix = "blk.\(parts[place])."
      parts.removeSubrange(...place)
    }
    let own = parts.joined(separator: ".")
    if own == "post_attention_layernorm" {
      return prefix + (architecture == "gemma3" ? "post_attention_norm" : "ffn_norm") + "." + suffix
    }
    guard let known = GGUFConversion.names[own] else {
      throw FormatError(.unsupported, file: "", context: name, expected: "a name that the conversion knows")
    }
    return "\(prefix)\(known).\(suffix)"
  }

  private func changed(_ tensor: Tensor, _ name: String) throws -> Tensor {
    switch architecture {
    case "llama":
      let isQuery = name.contains("q_proj")
      guard isQuery || name.contains("k_proj") else { return tensor }
      return interleaved(tensor, heads: try config[isQuery ? "num_attention_heads" : "num_key_value_heads"].int)
    case "gemma3":
      guard name.hasSuffix("norm.weight") else { return tensor }
      // GGUF has no key for the scale of dot products, which is that of the head width then; the tiny model has another
      // one, so the difference goes into the norm of the queries.
      var factor: Float = 1
      if name.contains("q_norm") {
        let scalar = try config["query_pre_attn_scalar"].double
        factor = Float((Double(try config["head_dim"].int) / scalar).squareRoot())
      }
      return Tensor(tensor.toArray().map { ($0 + 1) * factor }, shape: tensor.shape)
    case "gpt2":
      let isStoredInputsFirst = name.contains(".c_") && name.hasSuffix(".weight")
      return isStoredInputsFirst ? tensor.transposed([1, 0]).contiguous() : tensor
    default: return tensor
    }
  }

  /// Rows of each head from pairs of halves to pairs of neighbours.
  private func interleaved(_ tensor: Tensor, heads: Int) -> Tensor {
    let rows = tensor.shape[0]
    let rowCount = tensor.elementCount / rows
    let width = rows / heads
    let values = tensor.toArray()
    var result: [Float] = []
    for head in 0..<heads {
      for place in 0..<width {
        let row = head * width + place % 2 * (width / 2) + place / 2
        result += values[row * rowCount..<(row + 1) * rowCount]
      }
    }
    return Tensor(result, shape: tensor.shape)
  }
}
