package import InkAdapters
import InkModels
package import InkNN
import InkTensor
import InkTokenizers

/// An adapter that is trained beside a model whose own weights stay.
package struct TrainedAdapter: Sendable {
  package let adapter: ModelAdapter
  private let configuration: AdapterConfiguration
  private let base: AdapterBase
  /// The number that its base is known by.
  let fingerprint: String

  /// A new adapter as a recipe describes it; nil when the recipe trains the model itself.
  init?(
    _ recipe: Recipe, base checkpoint: DecoderCheckpoint, model: DecoderLM, tokenizer: Tokenizer, on cpu: CPU
  ) throws(TrainingError) {
    guard case .adapter(let choice) = recipe.weights else { return nil }
    var name: String?
    if case .stored(let path) = recipe.model { name = path }
    let spec = checkpoint.spec
    configuration = try choice.configuration(
      base: name,
      sizes: AdapterChoice.ModelSizes(
        width: spec.width, layers: spec.layers.count, heads: spec.firstHeads, keys: model.prefixShape),
      steps: recipe.stepCount)
    do throws(AdapterError) {
      base = try AdapterBase(
        sites: model.adapterSites, map: checkpoint.adapterMap,
        head: checkpoint.hasOwnHead ? .own : .table,
        width: checkpoint.spec.width, layers: checkpoint.spec.layers.count, prefixShape: model.prefixShape,
        heads: checkpoint.spec.firstHeads)
      var making = AdapterMaking(for: base, seed: recipe.seed, on: cpu)
      making.loraStart = choice.start
      if let text = choice.promptText {
        making.promptStart = .tokens(tokenizer.encode(text, specialTokens: .omit, parsing: .asText))
      }
      adapter = try making.make(configuration, named: "trained")
    } catch { throw TrainingError(error) }
    switch choice.base {
    case .f32, .asStored: fingerprint = model.fingerprint(on: cpu)
    case .rounded: fingerprint = model.fingerprint(ofStored: checkpoint.weights, on: cpu)
    }
  }

  /// A new adapter beside an encoder; nil when the recipe trains the model itself. Heads that are new are trained whole
  /// and stored with it.
  init?(
    _ recipe: Recipe, base checkpoint: EncoderCheckpoint, model: EncoderLM, for purpose: EncoderPurpose, on cpu: CPU
  ) throws(TrainingError) {
    guard case .adapter(var choice) = recipe.weights else { return nil }
    try choice.requireLinearMaps(of: "an encoder")
    var name: String?
    if case .stored(let path) = recipe.model { name = path }
    let spec = checkpoint.spec
    let heads = spec.layers.first?.attention.heads ?? 1
    do throws(AdapterError) {
      base = try AdapterBase(
        sites: model.adapterSites, map: checkpoint.family.huggingFaceWeights(spec), width: spec.width,
        layers: spec.layers.count, prefixShape: nil, heads: heads)
      for module in checkpoint.change.addedSites(of: model).compactMap(base.moduleName)
      where !choice.also.contains(module) {
        choice.also.append(module)
      }
    } catch { throw TrainingError(error) }
    var configuration = try choice.configuration(
      base: name,
      sizes: AdapterChoice.ModelSizes(width: spec.width, layers: spec.layers.count, heads: heads, keys: nil),
      steps: recipe.stepCount)
    configuration.task = purpose.adapterTask
    self.configuration = configuration
    switch choice.base {
    case .f32, .asStored: break
    case .rounded:
      throw TrainingError(
        .unsupported, context: "train.base", expected: "f32 or as_stored for an encoder", found: "a rounded base")
    }
    do throws(AdapterError) {
      var making = AdapterMaking(for: base, seed: recipe.seed, on: cpu)
      making.loraStart = choice.start
      adapter = try making.make(configuration, named: "trained")
    } catch { throw TrainingError(error) }
    fingerprint = model.fingerprint(on: cpu)
  }

  /// A new adapter beside an encoder with a decoder; nil when the recipe trains the model itself.
  init?(
    _ recipe: Recipe, base checkpoint: EncoderDecoderCheckpoint, model: EncoderDecoderLM, on cpu: CPU
  ) throws(TrainingError) {
    guard case .adapter(let choice) = recipe.weights else { return nil }
    try choice.requireLinearMaps(of: "an encoder with a decoder")
    guard choice.also.isEmpty else {
      throw TrainingError(
        .unsupported, context: "train.also", expected: "nothing for an encoder with a decoder",
        found: choice.also.joined(separator: ", "))
    }
    var name: String?
    if case .stored(let path) = recipe.model { name = path }
    let spec = checkpoint.spec
    let layers = spec.encoder.layers.count + spec.decoder.layers.count
    let heads = spec.encoder.layers.first?.attention.heads ?? 1
    var configuration = try choice.configuration(
      base: name,
      sizes: AdapterChoice.ModelSizes(width: spec.width, layers: layers, heads: heads, keys: nil),
      steps: recipe.stepCount)
    configuration.task = "SEQ_2_SEQ_LM"
    self.configuration = configuration
    do throws(AdapterError) {
      base = try AdapterBase(
        sites: model.adapterSites, map: checkpoint.family.huggingFaceWeights(spec), width: spec.width, layers: layers,
        prefixShape: nil, heads: heads)
      var making = AdapterMaking(for: base, seed: recipe.seed, on: cpu)
      making.loraStart = choice.start
      adapter = try making.make(configuration, named: "trained")
    } catch { throw TrainingError(error) }
    fingerprint = model.fingerprint(on: cpu)
  }

  /// How its ranks are given out, if the method does that.
  var ranks: RankSchedule? {
    guard case .adaLoRA(_, let budget) = configuration.method else { return nil }
    return RankSchedule(
      parts: adapter.singularParts, target: budget.target, warmUp: budget.warmUp, final: budget.final,
      interval: budget.interval, sensitivityDecay: budget.sensitivityDecay,
      uncertaintyDecay: budget.uncertaintyDecay, orthogonality: budget.orthogonality, steps: budget.steps)
  }

  /// Writes it in PEFT's layout.
  func write(to destination: String, on cpu: CPU) throws(TrainingError) {
    do throws(AdapterError) {
      try StoredAdapter(adapter, configuration: configuration, base: base, fingerprint: fingerprint, on: cpu)
        .write(to: destination)
    } catch { throw TrainingError(error) }
  }
}

extension AdapterChoice {
  /// Refuses what changes more than linear maps, or needs a loss of its own.
  ///
  /// - Parameter model: what the adapter is for, for the message.
  fileprivate func requireLinearMaps(of model: String) throws(TrainingError) {
    let found: String
    switch method {
    case .lora, .vera, .ia3, .bottleneck: return
    case .adaLoRA: found = "adalora"
    case .prompt, .pTuning, .prefix, .llamaAdapter: found = "rows beside the tokens"
    }
    throw TrainingError(
      .unsupported, context: "train.method", expected: "lora, vera, ia3 or adapter for \(model)", found: found)
  }
}

extension HeadChange {
  /// The maps of heads that are new.
  fileprivate func addedSites(of model: EncoderLM) -> [String] {
    model.adapterSites.map(\.name).filter { adds("\($0).weight") }
  }
}

extension EncoderPurpose {
  /// What PEFT calls the task.
  fileprivate var adapterTask: String? {
    switch self {
    case .sequenceClasses, .sequenceScore: "SEQ_CLS"
    case .tokenClasses: "TOKEN_CLS"
    case .vectors: "FEATURE_EXTRACTION"
    case .maskedTokens: nil
    }
  }
}

extension DecoderSpec {
  /// Query heads of the first layer.
  fileprivate var firstHeads: Int {
    switch layers.first?.mixer {
    case .grouped(let attention)?: attention.heads
    case .latent(let attention)?: attention.heads
    case nil: 1
    }
  }
}

extension TrainingError {
  /// The failure of an adapter, seen from the run.
  package init(_ error: AdapterError) {
    let code: Code =
      switch error.code {
      case .file: .file
      case .diskFull: .diskFull
      case .invalidConfiguration: .invalidValue
      case .unsupported: .unsupported
      case .missingTensor, .unusedTensor, .shapeMismatch, .mismatch, .nothingChanged: .mismatch
      }
    self.init(code, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}
