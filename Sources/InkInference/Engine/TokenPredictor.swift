public import InkChat
import InkModels

/// The layer of a model that predicts the token after the next one (multi-token prediction, DeepSeek-AI, 2024), ready to
/// write ahead for the model itself.
public struct TokenPredictor: Sendable {
  let layer: PredictionLayer

  /// Reads the layer, whose weights stay in the file until then.
  ///
  /// - Throws: `unsupported` when the model has no such layer, `modelFailure` when it cannot be read.
  public init(of model: LanguageModel) throws(GenerationError) {
    guard model.decoder.prediction != nil else {
      let counted = model.decoder.spec.predictionLayers
      throw GenerationError(
        code: .unsupported, context: "speculation of \(model.name)",
        expected: "a model with a layer that predicts the token after the next one (DeepSeek V3's MTP)",
        found: counted == 0
          ? "a model without one" : "a configuration that counts \(counted), and a checkpoint that leaves it out",
        hint: "Guess ahead by lookup or with a draft model, or convert the checkpoint with this layer.")
    }
    do throws(ModelLoadError) {
      layer = try PredictionLayer(of: model.decoder, on: model.cpu)
    } catch {
      throw GenerationError(
        code: .modelFailure, context: "prediction layer of \(model.name)", found: "\(error)")
    }
  }
}
