import InkFormats
import InkNN
import InkTensor

/// The metadata of GGUF that describes a model, made from its spec.
struct GGUFDescription {
  /// Keys in the order in which converters write them.
  private(set) var metadata: GGUFMetadata
  /// Tensors that describe rather than weigh: the divisors of rotary frequencies.
  private(set) var tensors: [StoredTensor] = []
  private let architecture: String
  private let spec: DecoderSpec

  /// - Throws: `unsupported`, naming what GGUF has no words for.
  init(_ family: any GGUFExchange.Type, _ spec: DecoderSpec, name: String) throws(ModelLoadError) {
    self.spec = spec
    architecture = family.architecture
    metadata = GGUFMetadata(path: name)
    metadata["general.architecture"] = .string(architecture)
    metadata["general.type"] = .string("model")
    metadata["general.name"] = .string(name)
    set("vocab_size", spec.vocabulary)
    set("context_length", spec.contextLength)
    set("embedding_length", spec.width)
    set("block_count", spec.layers.count)
    try describeFeedForward()
    try describeAttention()
    try describeNorm()
    if let cap = spec.head.softCap { set("final_logit_softcapping", cap) }
    for (key, value) in family.ggufMetadata(spec) { metadata["\(architecture).\(key)"] = value }
  }

  /// Adds a whole entry.
  mutating func add(_ key: String, _ value: GGUFValue) { metadata[key] = value }

  private mutating func set(_ key: String, _ value: Int) {
    metadata["\(architecture).\(key)"] = .uint32(UInt32(clamping: value))
  }

  private mutating func set(_ key: String, _ value: Float) { metadata["\(architecture).\(key)"] = .float32(value) }

  private func unsupported(_ what: String) -> ModelLoadError {
    ModelLoadError(.unsupported, context: "GGUF of architecture \(architecture)", found: what)
  }

  private mutating func describeFeedForward() throws(ModelLoadError) {
    var widths: Set<Int> = []
    for layer in spec.layers {
      switch layer.feedForward {
      case .plain(_, let width, _), .gated(_, let width, _): widths.insert(width)
      case .experts: throw unsupported("experts")
      }
    }
    guard widths.count == 1, let width = widths.first else { throw unsupported("layers of different widths") }
    set("feed_forward_length", width)
  }

  private mutating func describeAttention() throws(ModelLoadError) {
    var rotary: RotaryEmbedding?
    var window: Int?
    for layer in spec.layers {
      guard case .grouped(let attention) = layer.mixer else { throw unsupported("latent attention") }
      if case .last(let width) = attention.window { window = width }
      guard case .rotary(let embedding) = attention.position else { continue }
      // Of two bases the one of layers without a window is the model's.
      if rotary == nil || attention.window == .unlimited { rotary = embedding }
    }
    guard let attention = spec.groupedAttention else { throw unsupported("layers without attention") }
    set("attention.head_count", attention.heads)
    set("attention.head_count_kv", attention.keyValueHeads)
    if rotary != nil {
      set("attention.key_length", attention.headWidth)
      set("attention.value_length", attention.headWidth)
    }
    if let window { set("attention.sliding_window", window) }
    if let cap = attention.softCap { set("attn_logit_softcapping", cap) }
    if let rotary { try describe(rotary) }
  }

  private mutating func describe(_ rotary: RotaryEmbedding) throws(ModelLoadError) {
    set("rope.dimension_count", rotary.width)
    set("rope.freq_base", Float(rotary.base))
    switch rotary.scaling {
    case .none: return
    case .linear(let factor):
      metadata["\(architecture).rope.scaling.type"] = .string("linear")
      set("rope.scaling.factor", Float(factor))
    case .llama3, .divided:
      tensors.append(
        StoredTensor(name: "rope_freqs.weight", Tensor(rotary.divisors, shape: [rotary.divisors.count])))
    case .yarn(let settings):
      metadata["\(architecture).rope.scaling.type"] = .string("yarn")
      set("rope.scaling.factor", Float(settings.factor))
      set("rope.scaling.original_context_length", settings.originalContext)
      // llama.cpp multiplies the usual magnitude with the factor that is stored.
      let usual = RotaryEmbedding.YaRN.magnitude(settings.factor, scale: 1)
      if settings.attentionFactor != usual { set("rope.scaling.attn_factor", Float(settings.attentionFactor / usual)) }
      if settings.betaFast != 32 { set("rope.scaling.yarn_beta_fast", Float(settings.betaFast)) }
      if settings.betaSlow != 1 { set("rope.scaling.yarn_beta_slow", Float(settings.betaSlow)) }
    case .dynamicNTK: throw unsupported("dynamic NTK scaling")
    case .longRoPE: throw unsupported("longRoPE")
    }
  }

  private mutating func describeNorm() throws(ModelLoadError) {
    switch spec.layers.first?.norm {
    case .rms(let epsilon, _)?: set("attention.layer_norm_rms_epsilon", epsilon)
    case .layer(let epsilon, _)?: set("attention.layer_norm_epsilon", epsilon)
    case nil: throw unsupported("a model without layers")
    }
  }
}

extension RotaryEmbedding {
  /// What each frequency is divided by, compared with the plain ones of the same base.
  var divisors: [Float] {
    if case .divided(let factors) = scaling { return factors }
    var plain = self
    plain.scaling = .none
    return zip(plain.frequencies(), frequencies()).map { $0 / $1 }
  }
}
