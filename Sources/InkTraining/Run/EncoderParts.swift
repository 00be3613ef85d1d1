import InkData
import InkModels
import InkNN
import InkTensor
import InkTokenizers

/// An encoder with the heads of a purpose, and which of its weights a recipe trains.
struct EncoderParts: Sendable {
  let checkpoint: EncoderCheckpoint
  let body: EncoderBody
  /// All weights of the model that are f32.
  let weights: [Parameter]
  /// Those that change: of the model, or of the adapter.
  let trained: [Parameter]
  let adapter: TrainedAdapter?
  /// The number that the model is known by, where some of its weights stay; nil where all are trained.
  let fingerprint: String?

  /// Puts a model together.
  ///
  /// - Throws: what the checkpoint and the adapter throw; `invalidValue` for patterns that fit nothing.
  init(
    _ recipe: Recipe, _ base: EncoderCheckpoint, for purpose: EncoderPurpose, tokenizer: Tokenizer, on cpu: CPU
  ) throws(TrainingError) {
    var model: EncoderLM
    do throws(ModelLoadError) {
      checkpoint = try base.refitted(for: purpose, seed: recipe.seed)
      model = try checkpoint.load(use: recipe.weightUse, on: cpu)
    } catch { throw TrainingError(error) }
    weights = model.parameters
    adapter = try TrainedAdapter(recipe, base: checkpoint, model: model, for: purpose, tokenizer: tokenizer, on: cpu)
    if let adapter {
      do { model = try model.attaching([adapter.adapter]) } catch { throw TrainingError(error) }
      trained = adapter.adapter.parameters
    } else {
      trained = try EncoderParts.trained(recipe, weights, checkpoint.change, purpose)
    }
    fingerprint = adapter?.fingerprint ?? (trained.count < weights.count ? model.fingerprint(on: cpu) : nil)
    body = EncoderBody(
      model: model, dropout: Float(recipe.dropout), activations: recipe.activations, ranks: adapter?.ranks)
  }

  /// The weights that a recipe chooses, without those that the loss does not depend on. Beside biases alone, heads that
  /// are new are trained whole: drawn weights that stay as they are say nothing.
  private static func trained(
    _ recipe: Recipe, _ weights: [Parameter], _ change: HeadChange, _ purpose: EncoderPurpose
  ) throws(TrainingError) -> [Parameter] {
    let chosen = Set(try recipe.weights.chosen(from: weights).map(\.name))
    return weights.filter { weight in
      if purpose == .vectors, weight.name.hasPrefix("\(HeadChange.Head.pooler.rawValue).") { return false }
      if chosen.contains(weight.name) { return true }
      return recipe.weights == .biases && change.adds(weight.name)
    }
  }
}
