import InkAdapters
import InkNN

extension AdapterChoice {
  /// What an adapter has to know of the model that it is made for.
  struct ModelSizes {
    let width: Int
    let layers: Int
    /// Heads of queries in the first layer.
    let heads: Int
    /// What a prefix of keys and values is made for, where the model takes one.
    let keys: PrefixShape?
  }

  /// The adapter's configuration in PEFT's words.
  ///
  /// - Parameters:
  ///   - base: what the model is called.
  ///   - steps: of the run, where they are known.
  /// - Throws: `unsupported` for prefixes of models whose layers differ, `invalidValue` for ranks that cannot be given out
  ///   in so many steps.
  func configuration(base: String?, sizes: ModelSizes, steps: Int?) throws(TrainingError) -> AdapterConfiguration {
    AdapterConfiguration(method: try adapterMethod(sizes, steps), base: base, savedModules: also)
  }

  /// How the matrices of a low-rank method begin.
  var start: AdapterMaking.LoRAStart {
    switch method {
    case .lora(let choice):
      switch choice.variant {
      case .pissa: .principal(iterations: 8)
      case .plain, .rslora, .dora: .uniform
      }
    case .adaLoRA, .vera, .ia3, .bottleneck, .prompt, .pTuning, .prefix, .llamaAdapter: .uniform
    }
  }

  /// The text whose embeddings the rows of a prompt begin with.
  var promptText: String? {
    switch method {
    case .prompt(_, let text): text
    case .lora, .adaLoRA, .vera, .ia3, .bottleneck, .pTuning, .prefix, .llamaAdapter: nil
    }
  }

  private func adapterMethod(_ sizes: ModelSizes, _ steps: Int?) throws(TrainingError) -> AdapterMethod {
    func prompt(_ length: Int) -> PromptSettings {
      PromptSettings(count: length, width: sizes.width, layers: sizes.layers, heads: sizes.heads)
    }
    switch method {
    case .lora(let choice): return .lora(choice.settings)
    case .adaLoRA(let choice): return .adaLoRA(choice.settings, try choice.budget(steps: steps))
    case .vera(let rank, let targets, let initial):
      return .vera(VeRASettings(targets: targets, rank: rank, initial: Float(initial)))
    case .ia3(let targets, let feedForward):
      return .ia3(IA3Settings(targets: targets, feedForwardModules: feedForward))
    case .bottleneck(let width, let placement):
      return .bottleneck(BottleneckSettings(placement: placement == .both ? .both : .feedForward, width: width))
    case .prompt(let length, _): return .promptTuning(prompt(length))
    case .pTuning(let length, let encoder, let width):
      let kind: PromptEncoderSettings.Kind = encoder == .perceptron ? .perceptron : .recurrent
      return .pTuning(prompt(length), PromptEncoderSettings(kind: kind, width: width ?? sizes.width))
    case .prefix(let length, let projection):
      guard let keys = sizes.keys else {
        throw TrainingError(
          .unsupported, context: "train.method: prefix", expected: PrefixShape.need, found: "other layers",
          hint: "Methods such as prompt, lora and ia3 are for every model.")
      }
      let settings = PromptSettings(count: length, width: keys.width, layers: keys.storedLayers, heads: keys.heads)
      return .prefixTuning(settings, projection.map { .perceptron(width: $0) } ?? .none)
    case .llamaAdapter(let length, let layers):
      let most = sizes.layers > 2 ? sizes.layers - 2 : sizes.layers
      return .attentionPrompts(AttentionPromptSettings(count: length, layers: layers ?? most))
    }
  }
}

extension LowRankChoice {
  fileprivate var settings: LoRASettings {
    var settings = LoRASettings(targets: targets, rank: rank, alpha: Float(alpha), dropout: Float(dropout))
    switch variant {
    case .plain, .pissa: break
    case .rslora: settings.scaling = .byRootOfRank
    case .dora: settings.form = .decomposed
    }
    switch biases {
    case .none: settings.biases = .none
    case .all: settings.biases = .all
    case .changed: settings.biases = .changed
    }
    return settings
  }
}
