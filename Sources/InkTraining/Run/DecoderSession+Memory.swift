import InkFormats
import InkModels

extension DecoderSession {
  package func memoryPlan() throws(TrainingError) -> MemoryPlan {
    let source: (any TensorSource)?
    do throws(FormatError) {
      switch checkpoint.origin {
      case .fresh: source = nil
      case .folder(let folder): source = try folder.weights.open()
      case .gguf(let model, _): source = model
      }
    } catch { throw TrainingError(error) }
    let base = try BaseMemory(
      weights, sites: model.model.adapterSites, held: recipe.weights.base,
      written: checkpoint.family.huggingFaceWeights(checkpoint.spec),
      source: source)
    return try data.memoryPlan(of: model, adapter: adapter, base: base, on: cpu)
  }
}
