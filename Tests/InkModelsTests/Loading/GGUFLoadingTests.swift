import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

/// GGUF files whose metadata and tensors do not belong together.
@Suite("Loading GGUF")
struct GGUFLoadingTests {
  private static let values: [GGUFValue?] = [
    nil, .uint32(0), .uint32(1), .uint32(2), .uint32(3), .uint32(7), .uint32(.max), .int32(-1), .int64(.min),
    .uint64(.max),
    .uint64(1 << 28), .uint64(1_000_000_000), .float32(.nan), .float32(.infinity), .float32(0), .float32(-1),
    .float32(1e38),
    .float64(1e300), .string(""), .string("linear"), .string("llama"), .bool(true), .array(.int32([])),
    .array(.int32([1, 2, 3])), .array(.float32([.nan])), .array(.bool([true, false, true])),
    .array(.strings(GGUFStringArray(["a"]))),
    .array(.uint32([64, 64, 64])),
  ]

  @Test(
    "metadata that lies gives a typed error, or a model that computes",
    arguments: [
      "llama_rope_yarn", "qwen3", "gemma3_text", "gpt2", "mpt", "falcon_40b_style", "gpt_neox", "granite",
      "phi3_longrope", "chatglm2_6b",
    ])
  func lies(name: String) throws {
    let conversion = try GGUFConversion(GoldenModel.fixture(name))
    let folder = try TemporaryFolder()
    let more = [
      "rope.scaling.type", "rope.scaling.factor", "rope.scaling.attn_factor", "attention.sliding_window",
      "attention.sliding_window_pattern",
    ]
    let keys = Set(conversion.metadata.keys).union(more.map { "\(conversion.architecture).\($0)" }).sorted()
    var (refused, loaded) = (0, 0)
    for key in keys {
      for value in GGUFLoadingTests.values {
        var changed = conversion
        changed.metadata[key] = value
        let path = try changed.write(to: folder.file("model.gguf"))
        do {
          let decoder = try DecoderLM.load(GGUFModel.open(path), cpu: CPU(threads: 1))
          #expect(decoder.logits(ofSequence: [1, 2, 3], cpu: CPU(threads: 1)).shape == [3, decoder.spec.vocabulary])
          loaded += 1
        } catch let error as ModelLoadError {
          refused += 1
          #expect(!error.context.isEmpty && error.description.utf8.count < 2000, "\(error)")
        }
      }
    }
    #expect(refused > keys.count * 5)
    #expect(loaded > keys.count)
  }

  @Test(
    "widths that are not those of the tensors are refused with both shapes",
    arguments: [
      ("embedding_length", 48), ("feed_forward_length", 32), ("attention.head_count", 6),
      ("attention.head_count_kv", 3),
      ("attention.key_length", 16),
    ])
  func wrongWidths(key: String, value: UInt32) throws {
    var conversion = try GGUFConversion(GoldenModel.fixture("llama"))
    conversion.metadata["llama.\(key)"] = .uint32(value)
    if key == "attention.key_length" { conversion.metadata["llama.rope.dimension_count"] = .uint32(value) }
    let error = try failure(conversion)
    #expect(error.code == .shapeMismatch, "\(error)")
    #expect(error.context.contains("model.gguf"))
    #expect(error.expected.contains("[") && error.found.contains("["), "\(error)")
  }

  @Test("layers that the metadata does not count are named, and layers that are not there")
  func wrongLayerCount() throws {
    var conversion = try GGUFConversion(GoldenModel.fixture("llama"))
    conversion.metadata["llama.block_count"] = .uint32(2)
    let more = try failure(conversion)
    #expect(more.code == .unusedTensor)
    #expect(more.context.contains("layers.2."))
    conversion.metadata["llama.block_count"] = .uint32(4)
    let fewer = try failure(conversion)
    #expect(fewer.code == .missingTensor)
    #expect(fewer.context.contains("layers.3."))
  }

  @Test(
    "an architecture that is not known is refused with the nearest",
    arguments: [("lama", "llama"), ("qwen33", "qwen3"), ("gemma33", "gemma3")])
  func unknownArchitecture(name: String, nearest: String) throws {
    var conversion = try GGUFConversion(GoldenModel.fixture("llama"))
    conversion.metadata["general.architecture"] = .string(name)
    let error = try failure(conversion)
    #expect(error.code == .unknownFamily)
    #expect(error.context == "general.architecture")
    #expect(error.hint.contains(nearest))
  }

  @Test(
    "stored rotary factors must be as many as there are pairs, and positive",
    arguments: [[1, 2, 3], [1, 2, 3, 4, 5], [1, 0, 1, 1], [1, .nan, 1, 1], [1, -2, 1, 1]] as [[Float]])
  func rotaryFactors(factors: [Float]) throws {
    var conversion = try GGUFConversion(GoldenModel.fixture("llama"))
    conversion.tensors.append(("rope_freqs.weight", Tensor(factors, shape: [factors.count])))
    let error = try failure(conversion)
    #expect(error.context.contains("factors"), "\(error)")
  }

  @Test("the attention factor of a file multiplies YaRN's own amplitude")
  func attentionFactor() throws {
    var conversion = try GGUFConversion(GoldenModel.fixture("llama_rope_yarn"))
    let own = try amplitude(conversion)
    conversion.metadata["llama.rope.scaling.attn_factor"] = .float32(0.5)
    #expect(abs(try amplitude(conversion) - own / 2) < 1e-6)
  }

  @Test("a pattern of windows may be a list of flags, a list of numbers or a period")
  func windowPatterns() throws {
    var conversion = try GGUFConversion(GoldenModel.fixture("gemma3_text"))
    let key = "gemma3.attention.sliding_window_pattern"
    let (some, all): (GroupedAttentionSpec.Window, GroupedAttentionSpec.Window) = (.last(3), .unlimited)
    for (value, expected) in [
      (GGUFValue.array(.bool([true, false, true])), [some, all, some]),
      (.array(.uint32([0, 1, 1])), [all, some, some]),
      (.uint32(2), [some, all, some]), (.uint32(1), [all, all, all]), (nil, [some, some, some]),
    ] as [(GGUFValue?, [GroupedAttentionSpec.Window])] {
      conversion.metadata[key] = value
      let layers = try load(conversion).spec.layers
      #expect(layers.map(\.mixer.window) == expected)
    }
    conversion.metadata[key] = .array(.bool([true, false]))
    #expect(try failure(conversion).context.hasSuffix("layer_types"))
  }

  @Test("Gemma 3 of 62 layers scales by the share of the width, others by the head width")
  func largestGemma() throws {
    for (layers, width) in [(62, 12), (61, 16), (3, 16)] {
      var object = JSONObject()
      for (key, number) in [
        ("num_attention_heads", 2), ("num_key_value_heads", 1), ("head_dim", 16), ("hidden_size", 24),
        ("vocab_size", 9),
        ("intermediate_size", 48), ("num_hidden_layers", layers), ("sliding_window", 4),
      ] { object[key] = .number("\(number)") }
      let spec = try Gemma3.spec(
        ModelConfiguration(JSONNode(value: .object(object), file: "model.gguf"), container: .gguf))
      guard case .grouped(let attention) = spec.layers[0].mixer else { continue }
      #expect(attention.scale == Float(1 / Double(width).squareRoot()))
    }
  }

  private func amplitude(_ conversion: GGUFConversion) throws -> Float {
    guard case .grouped(let attention) = try load(conversion).spec.layers[0].mixer,
      case .rotary(let rotary) = attention.position
    else { return .nan }
    return rotary.amplitude
  }

  private func load(_ conversion: GGUFConversion) throws -> DecoderLM {
    let folder = try TemporaryFolder()
    return try DecoderLM.load(GGUFModel.open(conversion.write(to: folder.file("model.gguf"))), cpu: CPU(threads: 1))
  }

  private func failure(_ conversion: GGUFConversion) throws -> ModelLoadError {
    try #require(throws: ModelLoadError.self) { try load(conversion) }
  }
}
