/// What `adapter_config.json` of a folder in PEFT's layout says about an adapter.
public struct AdapterConfiguration: Sendable, Hashable {
  /// How the model is changed.
  public var method: AdapterMethod
  /// The name or path of the base, as whoever made the adapter called it.
  public var base: String?
  /// What the model does with it, `CAUSAL_LM` for text.
  public var task: String?
  /// Modules that are stored whole, such as `lm_head`.
  public var savedModules: [String]

  /// A configuration from its parts.
  public init(method: AdapterMethod, base: String? = nil, task: String? = "CAUSAL_LM", savedModules: [String] = []) {
    self.method = method
    self.base = base
    self.task = task
    self.savedModules = savedModules
  }
}

/// The ways in which adapters change a model.
public enum AdapterMethod: Sendable, Hashable {
  /// Products of narrow matrices (Hu et al., 2021), with the directions apart from the lengths as an option (DoRA).
  case lora(LoRASettings)
  /// LoRA whose ranks were chosen while training (Zhang et al., 2023).
  case adaLoRA(LoRASettings, RankBudget)
  /// Shared random narrow matrices with trained vectors between them (Kopiczko et al., 2024).
  case vera(VeRASettings)
  /// Trained vectors that multiply inputs or outputs (Liu et al., 2022).
  case ia3(IA3Settings)
  /// Trained rows before the tokens (Lester et al., 2021).
  case promptTuning(PromptSettings)
  /// Rows before the tokens, trained through a small network (Liu et al., 2021).
  case pTuning(PromptSettings, PromptEncoderSettings)
  /// Keys and values before those of the tokens in every layer (Li and Liang, 2021), through a projection or as they are.
  case prefixTuning(PromptSettings, PrefixProjection)
  /// Rows that the attention of the last layers looks at through a gate that begins closed (Zhang et al., 2023,
  /// "LLaMA-Adapter").
  case attentionPrompts(AttentionPromptSettings)
  /// Narrow networks behind attention and feed-forward parts (Houlsby et al., 2019). PEFT has no such method; the folder
  /// has the same layout with `peft_type` `BOTTLENECK`.
  case bottleneck(BottleneckSettings)
}

extension AdapterMethod {
  /// Whether it puts tokens before a sequence.
  var hasVirtualTokens: Bool {
    switch self {
    case .promptTuning, .pTuning, .prefixTuning: true
    case .lora, .adaLoRA, .vera, .ia3, .attentionPrompts, .bottleneck: false
    }
  }
}

/// Settings of IA3.
public struct IA3Settings: Sendable, Hashable {
  /// Modules that get a vector, by the ends of their names.
  public var targets: [String]
  /// Those of them whose inputs are multiplied; the others' outputs are.
  public var feedForwardModules: [String]

  /// Settings from their parts.
  public init(targets: [String], feedForwardModules: [String]) {
    self.targets = targets
    self.feedForwardModules = feedForwardModules
  }
}

/// Settings of VeRA.
public struct VeRASettings: Sendable, Hashable {
  /// Modules that are changed, by the ends of their names.
  public var targets: [String]
  /// The width of the narrow vector.
  public var rank: Int
  /// What the vector between the matrices begins with.
  public var initial: Float
  /// The seed that PEFT draws the matrices with when they are not stored.
  public var seed: Int

  /// Settings from their parts.
  public init(targets: [String], rank: Int, initial: Float = 0.1, seed: Int = 0) {
    self.targets = targets
    self.rank = rank
    self.initial = initial
    self.seed = seed
  }
}

/// What all methods with virtual tokens say.
public struct PromptSettings: Sendable, Hashable {
  /// How many virtual tokens there are.
  public var count: Int
  /// The width of an embedding; for prefixes that of the keys of a layer.
  public var width: Int
  /// The layers of the model.
  public var layers: Int
  /// The heads of the model; for prefixes those of keys.
  public var heads: Int

  /// Settings from their parts.
  public init(count: Int, width: Int, layers: Int, heads: Int) {
    self.count = count
    self.width = width
    self.layers = layers
    self.heads = heads
  }
}

/// The network that makes the rows of P-tuning.
public struct PromptEncoderSettings: Sendable, Hashable {
  /// The kinds of network.
  public enum Kind: String, Sendable, Hashable {
    /// Three maps with rectifiers between them.
    case perceptron = "MLP"
    /// A recurrent network in both directions and two maps.
    case recurrent = "LSTM"
  }

  /// The kind of network.
  public var kind: Kind
  /// Its inner width.
  public var width: Int
  /// Layers of a recurrent network.
  public var layers: Int

  /// Settings from their parts.
  public init(kind: Kind, width: Int, layers: Int = 2) {
    self.kind = kind
    self.width = width
    self.layers = layers
  }
}

/// What the keys and values of a prefix are trained through.
public enum PrefixProjection: Sendable, Hashable {
  /// They are trained themselves.
  case none
  /// Two maps with a hyperbolic tangent between them, of this inner width.
  case perceptron(width: Int)
}

/// Settings of prompts in attention.
public struct AttentionPromptSettings: Sendable, Hashable {
  /// Rows of each layer.
  public var count: Int
  /// How many layers have them, counted from the last.
  public var layers: Int

  /// Settings from their parts.
  public init(count: Int, layers: Int) {
    self.count = count
    self.layers = layers
  }
}

/// Settings of bottleneck adapters.
public struct BottleneckSettings: Sendable, Hashable {
  /// Where the networks stand.
  public enum Placement: String, Sendable, Hashable {
    /// Behind attention and feed-forward part (Houlsby et al., 2019).
    case both
    /// Behind the feed-forward part (Pfeiffer et al., 2021).
    case feedForward
  }

  /// Where the networks stand.
  public var placement: Placement
  /// Their inner width.
  public var width: Int
  /// What their result is multiplied with.
  public var scale: Float

  /// Settings from their parts.
  public init(placement: Placement, width: Int, scale: Float = 1) {
    self.placement = placement
    self.width = width
    self.scale = scale
  }
}
