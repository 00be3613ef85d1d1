import InkData
import InkFormats
package import InkModels
import InkNN
import InkTensor

extension DecoderSession {
  /// Batches that are planned: those of packed conversations have several lengths.
  private static let plannedSteps = 4

  /// The weights of a checkpoint as a plan needs them: without their numbers, but with the types of those that stay packed.
  package static func planned(_ checkpoint: DecoderCheckpoint, for recipe: Recipe) -> DecoderCheckpoint {
    switch recipe.weights.base {
    case .f32: checkpoint.planned
    case .asStored: checkpoint
    }
  }

  /// What the run will have in memory: its first evaluation and some steps on a backend that computes nothing.
  ///
  /// Made for sessions on ``CPU/planning(threads:)``; the weights and the optimizer change nowhere.
  ///
  /// - Throws: what the data and the model throw; `unsupported` for a session that computes.
  package func memoryPlan() throws(TrainingError) -> MemoryPlan {
    guard cpu.isPlanning else {
      throw TrainingError(
        .unsupported, context: "plan of memory", expected: "a session that computes nothing", found: "one that trains")
    }
    let trained = model.parameters
    let settings = try recipe.trainerSettings
    var memory = MemoryPlan()
    let changing = trained.reduce(0) { $0 + $1.value.byteCount }
    memory.weights = baseByteCount + (adapter == nil ? 0 : changing)
    memory.gradients = changing
    memory.optimizer = try Optimizer.stateByteCount(settings.optimizer, of: trained)
    if settings.average != nil { memory.optimizer += changing }
    try planSteps(GradientStore(of: trained.map(\.value)), settings)
    memory.activations = max(cpu.plannedMemory - changing, 0)
    switch checkpoint.origin {
    case .fresh: break
    case .folder, .gguf:
      switch recipe.weights.base {
      case .asStored: break
      case .f32:
        memory.mapped = try storedByteCount()
        memory.decoding = weights.map(\.value.byteCount).max() ?? 0
      }
    }
    if adapter == nil { memory.writing = max(try writtenByteCount(), recipe.samples.isEmpty ? 0 : baseByteCount) }
    return memory
  }

  /// The bytes of an adapter that is trained, which a plan's own process holds too.
  package var adapterByteCount: Int {
    adapter.map { $0.adapter.parameters.reduce(0) { $0 + $1.value.byteCount } } ?? 0
  }

  private func planSteps(_ store: GradientStore, _ settings: TrainerSettings) throws(TrainingError) {
    let moment = TrainingMoment(seed: recipe.seed, step: 0, part: 0)
    for set in data.evaluations {
      for batch in set.batches.prefix(recipe.evaluation.batches) {
        for part in batch.parts { _ = try model.loss(of: part, share: 1, moment: moment, perturbation: nil, on: cpu) }
      }
    }
    let pass = GradientPass(
      model: model, store: store, adversarial: settings.adversarial, seed: settings.seed, cpu: cpu)
    for (step, batch) in try firstBatches().enumerated() {
      store.clear()
      _ = try pass.run(batch.parts, weight: batch.lossWeight, step: step)
    }
  }

  private func firstBatches() throws(TrainingError) -> [BatchStep<CausalBatch>] {
    var first: [BatchStep<CausalBatch>] = []
    do throws(DataError) {
      var batches = try BatchStream(data.mixture, task: data.task, plan: data.plan)
      while first.count < min(Self.plannedSteps, recipe.stepCount ?? Self.plannedSteps), let batch = try batches.next()
      {
        first.append(batch)
      }
    } catch { throw TrainingError(error) }
    return first
  }

  /// The bytes of the model's own weights: those in f32, and those that stay packed.
  private var baseByteCount: Int {
    let packed = model.model.adapterSites.reduce(0) { sum, site in
      switch site.weight {
      case .packed(let matrix): sum + matrix.byteCount
      case .dense: sum
      }
    }
    return packed + weights.reduce(0) { $0 + $1.value.byteCount }
  }

  /// The bytes of the largest tensor of the base's files.
  private func storedByteCount() throws(TrainingError) -> Int {
    let source: any TensorSource
    do throws(FormatError) {
      switch checkpoint.origin {
      case .fresh: return 0
      case .folder(let folder): source = try folder.weights.open()
      case .gguf(let model, _): source = model
      }
    } catch { throw TrainingError(error) }
    return source.tensorNames.reduce(0) { max($0, source.info($1)?.byteCount ?? 0) }
  }

  /// The bytes of weights that files hold in another layout than the model, which are copied before they are written.
  private func writtenByteCount() throws(TrainingError) -> Int {
    let places: WeightPlaces
    do throws(FormatError) {
      places = try WeightPlaces(checkpoint.family.huggingFaceWeights(checkpoint.spec))
    } catch { throw TrainingError(error) }
    return weights.reduce(0) { sum, parameter in
      guard let place = places.place(of: parameter.name), place.parts.count == 1, place.layout == .outputsFirst else {
        return sum + parameter.value.byteCount
      }
      return sum
    }
  }
}

extension Tensor {
  fileprivate var byteCount: Int { elementCount * dtype.byteCount }
}
