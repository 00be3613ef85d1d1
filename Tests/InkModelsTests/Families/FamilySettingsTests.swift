import InkFormats
import InkModels
import InkNN
import Testing

/// What configurations say in other words, or of settings that no reference data has.
@Suite("Settings of families")
struct FamilySettingsTests {
  @Test("the first releases of Falcon say the same with other words")
  func firstFalcon() throws {
    let sizes = "\"vocab_size\": 90, \"hidden_size\": 48, \"layer_norm_epsilon\": 1e-5"
    let flags = "\"alibi\": false, \"bias\": false, \"parallel_attn\": true"
    let small = try spec("{\"model_type\": \"RefinedWebModel\", \(sizes), \(flags), \"n_head\": 6, \"n_layer\": 2}")
    #expect(
      try small
        == spec(
          "{\"model_type\": \"falcon\", \(sizes), \(flags), \"num_attention_heads\": 6, \"num_hidden_layers\": 2}"))
    #expect(try attention(small).keyValueHeads == 1)
    #expect(small.layers[0].wiring == .parallel(.shared))
    let large = try spec(
      "{\"model_type\": \"RefinedWeb\", \(sizes), \(flags), \"n_head\": 6, \"n_head_kv\": 2, \"n_layer\": 2}")
    #expect(try attention(large).keyValueHeads == 2)
    #expect(large.layers[0].wiring == .parallel(.separate))
  }

  @Test("the first releases of BLOOM say the same with other words")
  func firstBloom() throws {
    let old =
      "{\"model_type\": \"bloom\", \"vocab_size\": 9, \"n_embed\": 24, \"num_attention_heads\": 2, \"n_layer\": 1}"
    let new =
      "{\"model_type\": \"bloom\", \"vocab_size\": 9, \"hidden_size\": 24, \"n_head\": 2, \"num_hidden_layers\": 1}"
    #expect(try spec(old) == spec(new))
  }

  @Test("MPT's attention heeds each of its settings")
  func mpt() throws {
    let plain = try attention(mpt(""))
    #expect(plain.position == .alibi(slopes: [0.0625, 0.00390625, 0.25]))
    #expect(plain.clip == nil && plain.queryKeyNorm == .none && plain.keyValueHeads == 3 && plain.scale == 0.25)
    #expect(try attention(mpt("\"clip_qkv\": 0")).clip == nil)
    #expect(try attention(mpt("\"clip_qkv\": 8")).clip == 8)
    #expect(try attention(mpt("\"qk_ln\": true")).queryKeyNorm == .projection(.layer(epsilon: 1e-5, .none)))
    #expect(try attention(mpt("\"attn_type\": \"multiquery_attention\"")).keyValueHeads == 1)
    #expect(try attention(mpt("\"alibi_bias_max\": 4")).position == .alibi(slopes: [0.25, 0.0625, 0.5]))
    #expect(try attention(mpt("\"softmax_scale\": 0.5")).scale == 0.5)
    let learned = try mpt("\"alibi\": false")
    #expect(try attention(learned).position == .none)
    #expect(learned.embedding.positions == .learned(count: 64))
    let biased = try spec(
      "{\"model_type\": \"mpt\", \"d_model\": 48, \"n_heads\": 3, \"n_layers\": 1, \"vocab_size\": 9, \"no_bias\": false}"
    )
    #expect(biased.finalNorm == .layer(epsilon: 1e-5, .present))
    #expect(try attention(biased).biases == .all)
  }

  @Test("the turned part of a head is a number or a share, in the words of each family")
  func turnedParts() throws {
    let sizes = "\"vocab_size\": 9, \"hidden_size\": 64, \"num_attention_heads\": 2, \"num_hidden_layers\": 1"
    for (text, width) in [
      ("\"model_type\": \"gpt_neox\", \"rotary_pct\": 0.5", 16), ("\"model_type\": \"gpt_neox\"", 8),
      ("\"model_type\": \"phi\", \"partial_rotary_factor\": 0.25", 8), ("\"model_type\": \"phi\"", 16),
      ("\"model_type\": \"stablelm\", \"rope_parameters\": {\"partial_rotary_factor\": 0.75}", 24),
      ("\"model_type\": \"phi3\"", 32),
    ] {
      let found = try attention(spec("{\(text), \(sizes), \"intermediate_size\": 8}")).position
      guard case .rotary(let rotary) = found else {
        Issue.record("\(text): \(found)")
        continue
      }
      #expect(rotary.width == width, "\(text)")
    }
  }

  private func mpt(_ attention: String) throws -> DecoderSpec {
    try spec(
      "{\"model_type\": \"mpt\", \"d_model\": 48, \"n_heads\": 3, \"n_layers\": 1, \"vocab_size\": 9, \"max_seq_len\": 64,"
        + " \"attn_config\": {\(attention)}}")
  }

  private func spec(_ text: String) throws -> DecoderSpec {
    let configuration = ModelConfiguration(try JSONDocument(Array(text.utf8), file: "config.json").root)
    return try FamilyRegistry.family(modelType: #require(try configuration.text("model_type"))).spec(configuration)
  }

  private func attention(_ spec: DecoderSpec) throws -> GroupedAttentionSpec {
    guard case .grouped(let attention) = try #require(spec.layers.first).mixer else {
      throw ModelLoadError(.unsupported, context: "mixer")
    }
    return attention
  }
}
