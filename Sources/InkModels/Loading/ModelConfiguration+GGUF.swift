public import InkFormats
import InkTensor

extension ModelConfiguration {
  /// GGUF metadata under the keys of `config.json`.
  ///
  /// The keys are the same for every architecture (`llama.block_count`, `qwen2.block_count`, ...), so this translation
  /// is all that GGUF needs besides the names of tensors. What the metadata leaves out (whether the head is tied,
  /// whether there are biases) is read off the tensors that are there.
  ///
  /// - Throws: `file` when a key that every model has is missing or of another type.
  public init(gguf model: GGUFModel) throws(ModelLoadError) {
    do {
      self.init(
        JSONNode(value: .object(try GGUFTranslation(model: model).object()), file: model.path), container: .gguf)
    } catch {
      throw ModelLoadError(error, as: .file)
    }
  }
}

/// Makes the object of ``ModelConfiguration/init(gguf:)``.
struct GGUFTranslation {
  let model: GGUFModel
  let architecture: String

  init(model: GGUFModel) throws(FormatError) {
    self.model = model
    self.architecture = try model.metadata.string(for: "general.architecture")
  }

  /// Key of the metadata after the architecture's name, and the keys it answers to.
  private static let wholeNumbers: [(gguf: String, names: [String])] = [
    ("embedding_length", ["hidden_size", "n_embd", "d_model"]),
    ("block_count", ["num_hidden_layers", "n_layer", "n_layers", "num_layers"]),
    ("decoder_block_count", ["num_decoder_layers"]),
    ("context_length", ["max_position_embeddings", "n_positions", "max_seq_len", "seq_length"]),
    ("attention.key_length", ["head_dim", "kv_channels", "d_kv"]),
    ("attention.relative_buckets_count", ["relative_attention_num_buckets"]),
    ("decoder_start_token_id", ["decoder_start_token_id"]), ("rope.dimension_count", ["rotary_dim"]),
  ]
  /// Those that a file may give once or once a layer.
  private static let perLayer: [(gguf: String, names: [String])] = [
    ("feed_forward_length", ["intermediate_size", "n_inner", "ffn_hidden_size", "d_ff"]),
    ("attention.head_count", ["num_attention_heads", "n_head", "n_heads", "num_heads"]),
    ("attention.head_count_kv", ["num_key_value_heads", "num_kv_heads", "kv_n_heads", "multi_query_group_num"]),
  ]
  private static let numbers: [(gguf: String, names: [String])] = [
    ("attention.layer_norm_rms_epsilon", ["rms_norm_eps", "layernorm_epsilon", "layer_norm_epsilon"]),
    ("attention.layer_norm_epsilon", ["layer_norm_epsilon", "layer_norm_eps"]),
    ("rope.freq_base", ["rope_theta", "rotary_emb_base"]), ("rope.freq_base_swa", ["rope_local_base_freq"]),
    ("attn_logit_softcapping", ["attn_logit_softcapping"]), ("final_logit_softcapping", ["final_logit_softcapping"]),
    ("attention.clamp_kqv", ["clip_qkv"]), ("attention.max_alibi_bias", ["alibi_bias_max"]),
    ("attention.scale", ["attention_multiplier"]), ("embedding_scale", ["embedding_multiplier"]),
    ("residual_scale", ["residual_multiplier"]), ("logit_scale", ["logits_scaling"]),
  ]

  func object() throws(FormatError) -> JSONObject {
    var object = JSONObject()
    object["model_type"] = .string(architecture)
    for entry in GGUFTranslation.wholeNumbers where has(entry.gguf) {
      let value = JSONTree.number(String(try model.metadata.int(for: key(entry.gguf))))
      for name in entry.names { object[name] = value }
    }
    for entry in GGUFTranslation.perLayer where has(entry.gguf) {
      let value = JSONTree.number(String(try uniform(entry.gguf)))
      for name in entry.names { object[name] = value }
    }
    for entry in GGUFTranslation.numbers where has(entry.gguf) {
      let value = JSONTree.number(String(try model.metadata.double(for: key(entry.gguf))))
      for name in entry.names { object[name] = value }
    }
    if let embedding = model.find("token_embd.weight"), embedding.shape.rank == 2 {
      object["vocab_size"] = .number(String(embedding.shape[0]))
    }
    // What encoders say with it, and decoders that stand where one is expected.
    if has("attention.causal") {
      object["is_decoder"] = .bool(try model.metadata.bool(for: key("attention.causal")))
    }
    if has("classifier.output_labels") {
      var labels = JSONObject()
      for (number, label) in try model.metadata.strings(for: key("classifier.output_labels")).enumerated() {
        labels["\(number)"] = .string(label)
      }
      object["id2label"] = .object(labels)
    }
    object["tie_word_embeddings"] = .bool(model.find("output.weight") == nil)
    addWhatTensorsTell(to: &object)
    try addFlags(to: &object)
    if let types = try layerTypes() {
      object["layer_types"] = types
    } else if has("attention.sliding_window_pattern") {
      let pattern = try model.metadata.int(for: key("attention.sliding_window_pattern"))
      object["sliding_window_pattern"] = .number(String(pattern))
    }
    if let scaling = try rotaryScaling() { object["rope_scaling"] = .object(scaling) }
    try addExperts(to: &object)
    try addLatentAttention(to: &object)
    return object
  }

  func key(_ name: String) -> String { "\(architecture).\(name)" }

  func has(_ name: String) -> Bool { model.metadata.contains(key(name)) }

  /// A number that may be stored once a layer, when all layers agree.
  func uniform(_ name: String) throws(FormatError) -> Int {
    guard case .array? = model.metadata[key(name)] else { return try model.metadata.int(for: key(name)) }
    let values = try model.metadata.ints(for: key(name))
    guard let first = values.first, values.allSatisfy({ $0 == first }) else {
      throw FormatError(
        .unsupported, file: model.path, context: key(name), expected: "the same number for every layer",
        found: "\(Set(values).sorted().prefix(8))")
    }
    return first
  }

  /// Which layers have a window, where the file lists them one by one: flags or whole numbers, zero for none.
  private func layerTypes() throws(FormatError) -> JSONTree? {
    let key = key("attention.sliding_window_pattern")
    guard case .array(let array)? = model.metadata[key] else { return nil }
    let isSliding: [Bool]
    if case .bool(let flags) = array {
      isSliding = flags
    } else {
      isSliding = try model.metadata.ints(for: key).map { $0 != 0 }
    }
    return .array(isSliding.map { .string($0 ? "sliding_attention" : "full_attention") })
  }

  private func rotaryScaling() throws(FormatError) -> JSONObject? {
    var scaling = JSONObject()
    if let stored = model.find("rope_freqs.weight") {
      scaling["rope_type"] = .string("divided")
      scaling["factors"] = .array(try stored.float32().toArray().map { .number(String($0)) })
      return scaling
    }
    if let scaling = try longRoPE() { return scaling }
    guard has("rope.scaling.type") else { return nil }
    let type = try model.metadata.string(for: key("rope.scaling.type"))
    if type == "none" { return nil }
    scaling["rope_type"] = .string(type)
    let names = [
      ("rope.scaling.factor", "factor"), ("rope.scaling.attn_factor", "attention_multiplier"),
      ("rope.scaling.original_context_length", "original_max_position_embeddings"),
      ("rope.scaling.yarn_beta_fast", "beta_fast"), ("rope.scaling.yarn_beta_slow", "beta_slow"),
    ]
    for (gguf, name) in names where has(gguf) {
      scaling[name] = .number(String(try model.metadata.double(for: key(gguf))))
    }
    try addLatentScaling(to: &scaling)
    return scaling
  }
}
