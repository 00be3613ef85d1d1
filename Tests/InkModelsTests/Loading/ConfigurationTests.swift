import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Model configuration")
struct ConfigurationTests {
  @Test(
    "an unknown family is refused with the nearest known name",
    arguments: [
      ("lama", "llama"), ("qwen33", "qwen3"), ("gpt3", "gpt2"), ("gemma3", "gemma3_text"), ("Mistral", "mistral"),
      ("qwen2.5", "qwen2"),
    ])
  func unknownFamily(name: String, nearest: String) throws {
    let error = try #require(throws: ModelLoadError.self) { try FamilyRegistry.family(modelType: name) }
    #expect(error.code == .unknownFamily)
    #expect(error.context == "model_type")
    #expect(error.found == "\"\(name)\"")
    #expect(error.hint.contains("\"\(nearest)\""))
    for known in FamilyRegistry.families.flatMap({ $0.modelTypes }) { #expect(error.expected.contains(known)) }
  }

  @Test("names of families and architectures occur once, and each finds its family")
  func namesAreUnique() throws {
    let modelTypes = FamilyRegistry.families.flatMap { $0.modelTypes }
    let architectures = FamilyRegistry.families.flatMap { $0.architectures }
    #expect(Set(modelTypes).count == modelTypes.count)
    #expect(Set(architectures).count == architectures.count)
    for name in modelTypes { #expect(try FamilyRegistry.family(modelType: name).modelTypes.contains(name)) }
    for name in architectures { #expect(try FamilyRegistry.family(architecture: name).architectures.contains(name)) }
  }

  @Test(
    "a long or empty name of a family is refused in a short message",
    arguments: ["", String(repeating: "x", count: 1 << 20)])
  func oddNames(name: String) throws {
    let error = try #require(throws: ModelLoadError.self) { try FamilyRegistry.family(architecture: name) }
    #expect(error.code == .unknownFamily)
    #expect(error.description.utf8.count < 1000)
  }

  /// One setting of the tiny LLaMA replaced; the error names the key, what was expected and what was found.
  @Test(
    "a setting that cannot be right is refused by name",
    arguments: [
      ("num_attention_heads", "0", "num_attention_heads", "0"),
      ("num_attention_heads", "-3", "num_attention_heads", "-3"),
      ("num_attention_heads", "\"3\"", "num_attention_heads", "the string \"3\""),
      ("num_attention_heads", "null", "num_attention_heads", "nothing"),
      ("num_attention_heads", "2.5", "num_attention_heads", "2.5"),
      ("num_attention_heads", "1e300", "num_attention_heads", "1e300"),
      ("num_attention_heads", "9223372036854775808", "num_attention_heads", "9223372036854775808"),
      ("num_attention_heads", "268435456", "head_dim", "268435456 heads"),
      ("num_key_value_heads", "2", "num_key_value_heads", "2"), ("head_dim", "7", "head_dim", "7"),
      ("head_dim", "0", "head_dim", "0"), ("num_hidden_layers", "1000000000", "num_hidden_layers", "1000000000"),
      ("num_hidden_layers", "4097", "num_hidden_layers", "4097"),
      ("num_hidden_layers", "[]", "num_hidden_layers", "an array"),
      ("hidden_size", "0", "hidden_size", "0"), ("hidden_size", "true", "hidden_size", "a boolean"),
      ("intermediate_size", "-1", "intermediate_size", "-1"), ("vocab_size", "0", "vocab_size", "0"),
      ("vocab_size", "{}", "vocab_size", "an object"), ("hidden_act", "\"quick_gelu\"", "hidden_act", "quick_gelu"),
      ("hidden_act", "3", "hidden_act", "the number 3"), ("mlp_bias", "1", "mlp_bias", "the number 1"),
      ("rms_norm_eps", "\"small\"", "rms_norm_eps", "small"), ("rms_norm_eps", "-1e-6", "rms_norm_eps", "-1e-06"),
      ("tie_word_embeddings", "\"no\"", "tie_word_embeddings", "no"), ("sliding_window", "0", "sliding_window", "0"),
      ("max_position_embeddings", "-64", "max_position_embeddings", "-64"),
    ])
  func refused(key: String, value: String, named: String, found: String) throws {
    let config = try changed("llama", [key: value])
    let error = try #require(throws: ModelLoadError.self) { try Llama.spec(config) }
    #expect(error.context.hasSuffix(named), "\(error)")
    #expect(error.found.contains(found), "\(error)")
    #expect(!error.expected.isEmpty, "\(error)")
    #expect(error.code == .invalidConfiguration || error.code == .unsupported)
  }

  @Test("a head width that the width does not divide into is refused")
  func undividedWidth() throws {
    let error = try #require(throws: ModelLoadError.self) {
      try Llama.spec(changed("llama", ["head_dim": "null", "hidden_size": "25"]))
    }
    #expect(error.context == "hidden_size")
    #expect(error.found == "25")
  }

  @Test(
    "settings of other families that cannot be right are refused by name",
    arguments: [
      ("gpt2", "n_head", "5", "n_embd"), ("gpt2", "activation_function", "\"mish\"", "activation_function"),
      ("gpt2", "scale_attn_by_inverse_layer_idx", "true", "scale_attn_by_inverse_layer_idx"),
      ("gpt2", "n_layer", "5000", "n_layer"), ("gemma3_text", "query_pre_attn_scalar", "0", "query_pre_attn_scalar"),
      ("gemma3_text", "final_logit_softcapping", "-1", "final_logit_softcapping"),
      ("gemma3_text", "layer_types", "[\"full_attention\"]", "layer_types"),
      ("gemma3_text", "layer_types", "[\"a\", \"b\", \"c\"]", "layer_types"),
      ("gemma3_text", "sliding_window", "null", "sliding_window"),
      ("qwen2", "layer_types", "[\"full_attention\", \"full_attention\", 3]", "layer_types[2]"),
      ("qwen3", "layer_types", "\"full_attention\"", "layer_types"), ("bloom", "n_head", "5", "hidden_size"),
      ("falcon_7b_style", "num_ln_in_parallel_attn", "2", "num_ln_in_parallel_attn"),
      ("falcon_40b_style", "parallel_attn", "false", "parallel_attn"),
      ("falcon_40b_style", "num_kv_heads", "4", "num_kv_heads"), ("mpt", "logit_scale", "\"loud\"", "logit_scale"),
      ("mpt", "norm_type", "\"rmsnorm\"", "norm_type"),
      ("mpt", "attn_config", "{\"alibi_bias_max\": -8}", "alibi_bias_max"),
      ("mpt", "attn_config", "{\"clip_qkv\": -1}", "clip_qkv"), ("mpt", "attn_config", "{\"rope\": true}", "rope"),
      ("mpt", "attn_config", "{\"attn_type\": \"flat\"}", "attn_type"),
      ("gpt_neox", "rope_parameters", "{\"partial_rotary_factor\": 1.5}", "rope_parameters.partial_rotary_factor"),
      ("gpt_neox", "rope_parameters", "{\"partial_rotary_factor\": 0.4}", "rope_parameters.partial_rotary_factor"),
      ("gptj", "rotary_dim", "64", "rotary_dim"), ("gptj", "tie_word_embeddings", "true", "tie_word_embeddings"),
      ("moss", "n_embd", "34", "n_embd"), ("opt", "enable_bias", "2", "enable_bias"),
      ("opt", "layer_norm_elementwise_affine", "false", "layer_norm_elementwise_affine"),
      ("granite", "residual_multiplier", "0", "residual_multiplier"),
      ("granite", "logits_scaling", "1e300", "logits_scaling"), ("stablelm", "qk_layernorm", "true", "qk_layernorm"),
    ])
  func refusedElsewhere(model: String, key: String, value: String, named: String) throws {
    let config = try changed(model, [key: value])
    let family = try FamilyRegistry.family(modelType: #require(GoldenModel.fixture(model).modelType))
    let error = try #require(throws: ModelLoadError.self) { try family.spec(config) }
    #expect(error.context.hasSuffix(named), "\(error)")
    #expect(!error.found.isEmpty && !error.expected.isEmpty, "\(error)")
  }

  @Test(
    "activations answer to the names that checkpoints use",
    arguments: [
      ("silu", ActivationFunction.silu), ("swish", .silu), ("gelu", .geluErf), ("gelu_new", .geluTanh),
      ("gelu_pytorch_tanh", .geluTanh), ("relu", .relu),
    ])
  func activations(name: String, function: ActivationFunction) throws {
    let spec = try Llama.spec(changed("llama", ["hidden_act": "\"\(name)\""]))
    guard case .gated(let found, _, _) = spec.layers[0].feedForward else {
      Issue.record("not a gated feed-forward part")
      return
    }
    #expect(found == function)
  }

  @Test("layers have a window from the first that is told to, or as their list says")
  func windows() throws {
    let plain = ["layer_types": "null", "use_sliding_window": "true", "sliding_window": "5", "max_window_layers": "2"]
    #expect(try windows("qwen2", plain) == [.unlimited, .unlimited, .last(5)])
    #expect(
      try windows("qwen2", plain.merging(["use_sliding_window": "false"]) { $1 }) == [
        .unlimited, .unlimited, .unlimited,
      ])
    let listed = plain.merging(["layer_types": #"["sliding_attention", "full_attention", "sliding_attention"]"#]) { $1 }
    #expect(try windows("qwen3", listed) == [.last(5), .unlimited, .last(5)])
    let pattern = ["layer_types": "null", "sliding_window_pattern": "2"]
    #expect(try windows("gemma3_text", pattern) == [.last(3), .unlimited, .last(3)])
    #expect(try windows("llama", ["sliding_window": "7"]) == [.last(7), .last(7), .last(7)])
  }

  private func windows(_ model: String, _ changes: [String: String]) throws -> [GroupedAttentionSpec.Window] {
    let spec = try FamilyRegistry.family(modelType: model).spec(changed(model, changes))
    return spec.layers.map(\.mixer.window)
  }

  /// The configuration of a fixture with some values replaced by JSON texts.
  private func changed(_ model: String, _ changes: [String: String]) throws -> ModelConfiguration {
    let document = try JSONDocument.open(GoldenModel.fixture(model).path("config.json"))
    guard case .object(var object)? = document.root.value else { throw document.root.mismatch("an object") }
    for (key, text) in changes { object[key] = try JSONDocument(Array(text.utf8), file: "").root.value }
    return ModelConfiguration(JSONNode(value: .object(object), file: "config.json"))
  }
}
