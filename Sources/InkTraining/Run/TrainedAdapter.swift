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
      base = try AdapterBase(checkpoint, model: model)
      adapter = try choice.making(for: base, tokenizer: tokenizer, seed: recipe.seed, on: cpu)
        .make(configuration, named: "trained")
    } catch { throw TrainingError(error) }
    switch choice.base {
    case .f32, .asStored: fingerprint = model.fingerprint(on: cpu)
    case .rounded: fingerprint = model.fingerprint(ofStored: checkpoint.weights, on: cpu)
    }
  }

  /// A new adapter beside an encoder; nil when the recipe trains the model itself. Heads that are new, and heads of classes
  /// whether or not they are, are trained whole and stored with it, as PEFT does.
  init?(
    _ recipe: Recipe, base checkpoint: EncoderCheckpoint, model: EncoderLM, for purpose: EncoderPurpose,
    tokenizer: Tokenizer, on cpu: CPU
  ) throws(TrainingError) {
    guard case .adapter(var choice) = recipe.weights else { return nil }
    try choice.requireNoAttentionPrompts(in: "an encoder")
    var name: String?
    if case .stored(let path) = recipe.model { name = path }
    let spec = checkpoint.spec
    do throws(AdapterError) {
      let base = try AdapterBase(checkpoint, model: model)
      let whole = model.adapterSites.map { "\($0.name).weight" }.filter { weight in
        checkpoint.change.adds(weight) || HeadChange.Head.classifier.has(weight)
      }
      let modules = whole.compactMap { base.moduleName(ofSite: String($0.dropLast(".weight".count))) }
      for module in base.names(ofWhole: modules) where !choice.also.contains(module) { choice.also.append(module) }
      self.base = base
    } catch { throw TrainingError(error) }
    var configuration = try choice.configuration(
      base: name,
      sizes: AdapterChoice.ModelSizes(
        width: spec.width, layers: spec.layers.count, heads: spec.firstHeads,
        keys: model.prefixShape),
      steps: recipe.stepCount)
    configuration.task = purpose.adapterTask
    self.configuration = configuration
    do throws(AdapterError) {
      var made = try choice.making(for: base, tokenizer: tokenizer, seed: recipe.seed, on: cpu)
        .make(configuration, named: "trained")
      // Vectors do not depend on the pooler: what stands beside it is stored as it began.
      if purpose == .vectors {
        made.parameters.removeAll { $0.name.hasPrefix("\(HeadChange.Head.pooler.rawValue).") }
      }
      adapter = made
    } catch { throw TrainingError(error) }
    switch choice.base {
    case .f32, .asStored: fingerprint = model.fingerprint(on: cpu)
    case .rounded: fingerprint = model.fingerprint(ofStored: checkpoint.weights, on: cpu)
    }
  }

  /// A new adapter beside an encoder with a decoder; nil when the recipe trains the model itself.
  init?(
    _ recipe: Recipe, base checkpoint: EncoderDecoderCheckpoint, model: EncoderDecoderLM, tokenizer: Tokenizer,
    on cpu: CPU
  ) throws(TrainingError) {
    guard case .adapter(let choice) = recipe.weights else { return nil }
    try choice.requireNoAttentionPrompts(in: "an encoder with a decoder")
    var name: String?
    if case .stored(let path) = recipe.model { name = path }
    let spec = checkpoint.spec
    var configuration = try choice.configuration(
      base: name,
      sizes: AdapterChoice.ModelSizes(
        width: spec.width, layers: spec.layerCount, heads: spec.encoder.firstHeads, keys: model.prefixShape),
      steps: recipe.stepCount)
    configuration.task = "SEQ_2_SEQ_LM"
    self.configuration = configuration
    do throws(AdapterError) {
      base = try AdapterBase(checkpoint, model: model)
      adapter = try choice.making(for: base, tokenizer: tokenizer, seed: recipe.seed, on: cpu)
        .make(configuration, named: "trained")
    } catch { throw TrainingError(error) }
    switch choice.base {
    case .f32, .asStored: fingerprint = model.fingerprint(on: cpu)
    case .rounded: fingerprint = model.fingerprint(ofStored: checkpoint.weights, on: cpu)
    }
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
  /// What makes the adapter, with the beginnings that the recipe names.
  fileprivate func making(for base: AdapterBase, tokenizer: Tokenizer, seed: UInt64, on cpu: CPU) -> AdapterMaking {
    var making = AdapterMaking(for: base, seed: seed, on: cpu)
    making.loraStart = start
    if let text = promptText {
      making.promptStart = .tokens(tokenizer.encode(text, specialTokens: .omit, parsing: .asText))
    }
    return making
  }

  /// Refuses rows behind a gate in attention, which are for decoders.
  ///
  /// - Parameter model: what the adapter is for, for the message.
  fileprivate func requireNoAttentionPrompts(in model: String) throws(TrainingError) {
    switch method {
    case .lora, .adaLoRA, .vera, .ia3, .bottleneck, .prompt, .pTuning, .prefix: return
    case .llamaAdapter:
      throw TrainingError(
        .unsupported, context: "train.method",
        expected: "lora, adalora, vera, ia3, adapter, prompt, p_tuning or prefix for \(model)", found: "llama_adapter",
        hint: "LLaMA-Adapter is for decoders such as LLaMA, Mistral and GPT-2.")
    }
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

extension TrainingError {
  /// The failure of an adapter, seen from the run.
  package init(_ error: AdapterError) {
    let code: Code =
      switch error.code {
      case .file: .file
      case .diskFull: .diskFull
      case .outOfMemory: .outOfMemory
      case .invalidConfiguration: .invalidValue
      case .unsupported: .unsupported
      case .missingTensor, .unusedTensor, .shapeMismatch, .mismatch, .nothingChanged: .mismatch
      }
    self.init(code, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}
