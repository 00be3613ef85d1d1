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
  private let fingerprint: String

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
        width: spec.width, layers: spec.layers.count, heads: spec.firstHeads, keys: model.prefixShape))
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
    fingerprint = model.fingerprint(on: cpu)
  }

  /// A new adapter beside an encoder; nil when the recipe trains the model itself. Heads that are new are trained whole
  /// and stored with it.
  init?(
    _ recipe: Recipe, base checkpoint: EncoderCheckpoint, model: EncoderLM, for purpose: EncoderPurpose, on cpu: CPU
  ) throws(TrainingError) {
    guard case .adapter(var choice) = recipe.weights else { return nil }
    switch choice.method {
    case .lora, .ia3, .bottleneck: break
    case .prompt, .pTuning, .prefix, .llamaAdapter:
      throw TrainingError(
        .unsupported, context: "train.method", expected: "lora, ia3 or adapter for an encoder",
        found: "rows beside the tokens")
    }
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
      sizes: AdapterChoice.ModelSizes(width: spec.width, layers: spec.layers.count, heads: heads, keys: nil))
    configuration.task = purpose.adapterTask
    self.configuration = configuration
    do throws(AdapterError) {
      var making = AdapterMaking(for: base, seed: recipe.seed, on: cpu)
      making.loraStart = choice.start
      adapter = try making.make(configuration, named: "trained")
    } catch { throw TrainingError(error) }
    fingerprint = model.fingerprint(on: cpu)
  }

  /// Writes it in PEFT's layout.
  func write(to destination: String, on cpu: CPU) throws(TrainingError) {
    do throws(AdapterError) {
      try StoredAdapter(adapter, configuration: configuration, base: base, fingerprint: fingerprint, on: cpu)
        .write(to: destination)
    } catch { throw TrainingError(error) }
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
    let code: Code = error.code == .file ? .file : error.code == .unsupported ? .unsupported : .mismatch
    self.init(code, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}
