package import InkAdapters
import InkModels
package import InkNN
import InkTensor

/// An adapter that is trained beside a model whose own weights stay.
package struct TrainedAdapter: Sendable {
  package let adapter: ModelAdapter
  private let configuration: AdapterConfiguration
  private let base: AdapterBase
  private let fingerprint: String

  /// A new adapter as a recipe describes it; nil when the recipe trains the model itself.
  init?(
    _ recipe: Recipe, base checkpoint: DecoderCheckpoint, model: DecoderLM, on cpu: CPU
  ) throws(TrainingError) {
    guard case .lora(let settings) = recipe.weights else { return nil }
    var start = AdapterMaking.LoRAStart.uniform
    var lora = LoRASettings(targets: settings.targets, rank: settings.rank, alpha: Float(settings.alpha))
    switch settings.variant {
    case .plain: break
    case .rslora: lora.scaling = .byRootOfRank
    case .dora: lora.form = .decomposed
    case .pissa: start = .principal(iterations: 8)
    }
    var name: String?
    if case .stored(let path) = recipe.model { name = path }
    configuration = AdapterConfiguration(method: .lora(lora), base: name)
    do throws(AdapterError) {
      base = try AdapterBase(
        sites: model.adapterSites, map: checkpoint.family.huggingFaceWeights(checkpoint.spec),
        width: checkpoint.spec.width, layers: checkpoint.spec.layers.count, prefixShape: model.prefixShape,
        heads: checkpoint.spec.firstHeads)
      var making = AdapterMaking(for: base, seed: recipe.seed, on: cpu)
      making.loraStart = start
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
