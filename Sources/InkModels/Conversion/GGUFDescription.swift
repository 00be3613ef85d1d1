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
  let spec: DecoderSpec

  /// - Parameter configuration: that of the checkpoint, for what no layer of the spec has: the width of dense layers in
  ///   a model whose layers all have experts.
  /// - Throws: `unsupported`, naming what GGUF has no words for.
  init(
    _ family: any GGUFExchange.Type, _ spec: DecoderSpec, _ configuration: ModelConfiguration, name: String
  ) throws(ModelLoadError) {
    self.spec = spec
    architecture = family.architecture(spec)
    metadata = GGUFMetadata(path: name)
    metadata["general.architecture"] = .string(architecture)
    metadata["general.type"] = .string("model")
    metadata["general.name"] = .string(name)
    set("vocab_size", spec.vocabulary)
    set("context_length", spec.contextLength)
    set("embedding_length", spec.width)
    set("block_count", spec.layers.count + spec.predictionLayers)
    if spec.predictionLayers > 0 { set("nextn_predict_layers", spec.predictionLayers) }
    try describeFeedForward(configuration)
    try describeMixer()
    try describeNorm()
    if let cap = spec.head.softCap { set("final_logit_softcapping", cap) }
    for (key, value) in family.ggufMetadata(spec) { set(key, value) }
    tensors += family.ggufTensors(spec)
  }

  /// Adds a whole entry.
  mutating func add(_ key: String, _ value: GGUFValue) { metadata[key] = value }

  mutating func set(_ key: String, _ value: Int) {
    metadata["\(architecture).\(key)"] = .uint32(UInt32(clamping: value))
  }

  mutating func set(_ key: String, _ value: Float) { set(key, .float32(value)) }

  mutating func set(_ key: String, _ value: GGUFValue) { metadata["\(architecture).\(key)"] = value }

  func unsupported(_ what: String) -> ModelLoadError {
    ModelLoadError(.unsupported, context: "GGUF of architecture \(architecture)", found: what)
  }

  /// Refuses what the metadata of no architecture says.
  static func requireWords(for spec: DecoderSpec) throws(ModelLoadError) {
    let found: String
    switch (spec.arrangement, spec.head.weight) {
    // The rows of a head that are used as vectors of length one are written so.
    case (.causal, .tied), (.causal, .own), (.causal, .normalizedRows): return
    case (.blankFilling, _): found = "blank filling"
    }
    throw ModelLoadError(.unsupported, context: "conversion to GGUF", found: found)
  }

  private mutating func describeFeedForward(_ configuration: ModelConfiguration) throws(ModelLoadError) {
    var widths: Set<Int> = []
    var kinds: Set<ExpertsSpec> = []
    for layer in spec.layers {
      switch layer.feedForward {
      case .plain(_, let width, _), .gated(_, let width, _): widths.insert(width)
      case .experts(let experts): kinds.insert(experts)
      }
    }
    guard widths.count <= 1, kinds.count <= 1 else { throw unsupported("layers of different widths") }
    if let experts = kinds.first { try describe(experts) }
    if let width = widths.first {
      set("feed_forward_length", width)
    } else {
      set("feed_forward_length", try configuration.positive("intermediate_size", default: kinds.first?.width))
    }
  }

  private mutating func describeMixer() throws(ModelLoadError) {
    switch spec.layers.first?.mixer {
    case .grouped?: try describeAttention()
    case .latent(let attention)?: try describe(attention)
    case nil: throw unsupported("a model without layers")
    }
  }

  private mutating func describeAttention() throws(ModelLoadError) {
    var rotary: RotaryEmbedding?
    var window: Int?
    for layer in spec.layers {
      guard case .grouped(let attention) = layer.mixer else { throw unsupported("attention of two kinds") }
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

  /// - Parameter magnitude: what YaRN multiplies cosines and sines with where the file does not say; nil for the usual.
  mutating func describe(_ rotary: RotaryEmbedding, magnitude: Double? = nil) throws(ModelLoadError) {
    set("rope.dimension_count", rotary.width)
    set("rope.freq_base", Float(rotary.base))
    switch rotary.scaling {
    case .none: return
    case .linear(let factor):
      set("rope.scaling.type", .string("linear"))
      set("rope.scaling.factor", Float(factor))
    case .llama3, .divided:
      tensors.append(
        StoredTensor(name: "rope_freqs.weight", Tensor(rotary.divisors, shape: [rotary.divisors.count])))
    case .yarn(let settings):
      set("rope.scaling.type", .string("yarn"))
      set("rope.scaling.factor", Float(settings.factor))
      set("rope.scaling.original_context_length", settings.originalContext)
      // llama.cpp multiplies the usual magnitude with the factor that is stored.
      let usual = magnitude ?? RotaryEmbedding.YaRN.magnitude(settings.factor, scale: 1)
      if settings.attentionFactor != usual { set("rope.scaling.attn_factor", Float(settings.attentionFactor / usual)) }
      if settings.betaFast != 32 { set("rope.scaling.yarn_beta_fast", Float(settings.betaFast)) }
      if settings.betaSlow != 1 { set("rope.scaling.yarn_beta_slow", Float(settings.betaSlow)) }
    case .dynamicNTK: throw unsupported("dynamic NTK scaling")
    case .longRoPE(let settings):
      set("rope.scaling.type", .string("longrope"))
      set("rope.scaling.attn_factor", Float(settings.attentionFactor))
      set("rope.scaling.original_context_length", settings.originalContext)
      for (name, factors) in [("rope_factors_long", settings.long), ("rope_factors_short", settings.short)] {
        tensors.append(StoredTensor(name: "\(name).weight", Tensor(factors, shape: [factors.count])))
      }
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
