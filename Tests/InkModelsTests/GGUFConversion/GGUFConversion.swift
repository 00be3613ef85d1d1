import Foundation
import InkFormats
import InkTensor

/// A tiny checkpoint as the converter of llama.cpp would write it: its names, its metadata, its changes to the weights.
/// What a family does in its own way is its ``GGUFRecipe``.
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
  let config: JSONNode
  /// Matrices of experts that become the slices of one tensor, by its name.
  private var stacks: [String: [Int: Tensor]] = [:]

  /// Whether llama.cpp has the architecture and its converter the layout of a model.
  static func knows(_ model: GoldenModel) -> Bool {
    guard let config = try? ModelFolder.open(model.path()).config else { return false }
    // Weights with scales beside them are read by the library under test alone.
    return config["quantization_config"].ifPresent == nil && GGUFRecipe.recipe(config) != nil
  }

  /// - Parameter recipe: another one than the family's.
  init(_ model: GoldenModel, recipe other: GGUFRecipe? = nil) throws {
    let folder = try ModelFolder.open(model.path())
    config = folder.config
    guard let recipe = other ?? GGUFRecipe.recipe(config) else {
      throw FormatError(.unsupported, file: model.path(), context: "converting to GGUF")
    }
    architecture = recipe.architecture
    try addMetadata()
    try recipe.more(&self)
    let source = try folder.weights.open()
    for name in source.tensorNames {
      if name == "lm_head.weight", try flag("tie_word_embeddings", default: recipe.isTiedByDefault) { continue }
      try add(name, try source.stored(name).float32(), recipe)
    }
    for (name, slices) in stacks.sorted(by: { $0.key < $1.key }) {
      let ordered = slices.sorted { $0.key < $1.key }.map(\.value)
      tensors.append((name, stacked(ordered).reshaped(Shape([ordered.count] + ordered[0].shape.array))))
    }
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
    // Routers keep their precision, as in llama.cpp.
    guard tensor.shape.rank > 1, name != "position_embd.weight", !name.contains("ffn_gate_inp"), precision != .f32
    else {
      return StoredTensor(name: name, tensor)
    }
    let format: BlockFormat = precision == .q8_0 && tensor.shape[-1] % 32 == 0 ? .q8_0 : .f16
    return try StoredTensor(name: name, tensor, as: format)
  }

  // MARK: Metadata

  mutating func set(_ key: String, _ value: GGUFValue) { metadata["\(architecture).\(key)"] = value }

  mutating func set(_ key: String, _ number: Int) { set(key, .uint32(UInt32(number))) }

  mutating func set(_ key: String, _ number: Double) { set(key, .float32(Float(number))) }

  /// The first of the keys that is there.
  func number(_ keys: String...) throws -> Int? {
    for key in keys { if let node = config[key].ifPresent { return try node.int } }
    return nil
  }

  func flag(_ key: String, default fallback: Bool) throws -> Bool { try config[key].ifPresent?.bool ?? fallback }

  var width: Int { get throws { try number("hidden_size", "n_embd", "n_embed", "d_model") ?? 0 } }

  var heads: Int { get throws { try number("num_attention_heads", "n_head", "n_heads") ?? 0 } }

  var keyValueHeads: Int {
    get throws { try number("num_key_value_heads", "num_kv_heads", "multi_query_group_num") ?? heads }
  }

  var headWidth: Int { get throws { try number("head_dim", "kv_channels") ?? width / heads } }

  /// What all architectures write.
  private mutating func addMetadata() throws {
    metadata["general.architecture"] = .string(architecture)
    set("block_count", try number("num_hidden_layers", "n_layer", "n_layers", "num_layers") ?? 0)
    set(
      "context_length",
      try number("max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "model_max_length") ?? 2048)
    set("embedding_length", try width)
    set("feed_forward_length", try number("intermediate_size", "ffn_hidden_size", "n_inner") ?? 4 * width)
    set("attention.head_count", try heads)
    if let epsilon = try epsilon("rms_norm_eps", "layernorm_epsilon") {
      set("attention.layer_norm_rms_epsilon", epsilon)
    }
    if let epsilon = try epsilon("layer_norm_eps", "layer_norm_epsilon", "norm_epsilon") {
      set("attention.layer_norm_epsilon", epsilon)
    }
    if try keyValueHeads != heads || number("num_key_value_heads") != nil {
      set("attention.head_count_kv", try keyValueHeads)
    }
    if let width = try number("head_dim") {
      set("attention.key_length", width)
      set("attention.value_length", width)
    }
    try addRotaryMetadata()
  }

  private func epsilon(_ keys: String...) throws -> Double? {
    for key in keys { if let node = config[key].ifPresent { return try node.double } }
    return nil
  }

  private mutating func addRotaryMetadata() throws {
    if let base = try config["rope_theta"].ifPresent?.double { set("rope.freq_base", base) }
    guard var rotary = config["rope_parameters"].ifPresent else { return }
    if let full = rotary["full_attention"].ifPresent {
      set("rope.freq_base_swa", try rotary["sliding_attention"]["rope_theta"].double)
      rotary = full
    }
    set("rope.freq_base", try rotary["rope_theta"].double)
    switch try rotary["rope_type"].string {
    case "linear", "yarn":
      set("rope.scaling.type", .string(try rotary["rope_type"].string))
      set("rope.scaling.factor", try rotary["factor"].double)
      if let original = rotary["original_max_position_embeddings"].ifPresent {
        set("rope.scaling.original_context_length", try original.int)
      }
    case "llama3": try addRotaryFactors(rotary)
    default: break
    }
  }

  /// LLaMA 3's scaling is a tensor in GGUF: what each frequency is divided by.
  private mutating func addRotaryFactors(_ rotary: JSONNode) throws {
    let width = try headWidth
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

  private mutating func add(_ name: String, _ tensor: Tensor, _ recipe: GGUFRecipe) throws {
    var parts = name.split(separator: ".").map(String.init)
    let suffix = parts.removeLast()
    var prefix = ""
    if let place = parts.firstIndex(where: { Int($0) != nil }) {
      prefix = "blk.\(parts[place])."
      parts.removeSubrange(...place)
    }
    if let (name, expert) = GGUFRecipe.expert(parts) {
      stacks["\(prefix)\(name).\(suffix)", default: [:]][expert] = tensor
      return
    }
    if suffix == "e_score_correction_bias" { return tensors.append(("\(prefix)exp_probs_b.bias", tensor)) }
    let own = parts.joined(separator: ".")
    guard let names = recipe.names[own] else {
      throw FormatError(.unsupported, file: "", context: name, expected: "a name that the conversion knows")
    }
    let written = try recipe.changes[own]?(self, tensor) ?? [tensor]
    guard written.count == names.count else {
      throw FormatError(.shapeMismatch, file: "", context: name, expected: "\(names)", found: "\(written.count)")
    }
    for (name, tensor) in zip(names, written) { tensors.append(("\(prefix)\(name).\(suffix)", tensor)) }
  }
}
