import Foundation
import InkFormats
import InkInference
import InkModels
import InkTensor

extension TestModels {
  /// How a prediction layer is made.
  enum PredictionWeights {
    /// Random weights: it is wrong as often as chance has it.
    case random
    /// In a model whose next token depends on the last one alone, the layer computes just that.
    case right
  }

  /// A tiny DeepSeek V3 with a prediction layer.
  static func predicting(_ weights: PredictionWeights) throws -> LanguageModel {
    let plain = try tiny("deepseek_v3")
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("InkModelsTests/Fixtures")
    let folder = fixtures.appendingPathComponent("models/deepseek_v3")
    let base = try SafetensorsFile.open(folder.appendingPathComponent("model.safetensors").path)
    let file = try SafetensorsFile.open(fixtures.appendingPathComponent("prediction/deepseek_v3.safetensors").path)
    var tensors = try base.tensorNames.map { try base.stored($0) }
    tensors += try file.tensorNames.filter { $0.hasPrefix("model.layers.") }.map { try file.stored($0) }
    switch weights {
    case .random: break
    case .right: tensors = try tensors.map { try right($0) }
    }
    let spec = try DeepSeekV3.spec(ModelConfiguration(try ModelFolder.open(folder.path).config))
    let decoder = try DecoderLM(
      spec: spec, weights: DeepSeekV3.huggingFaceWeights(spec).load(TensorCollection(tensors)), cpu: plain.cpu)
    return LanguageModel(
      name: "predicting", decoder: decoder, tokenizer: plain.tokenizer, template: nil, endTokens: [],
      contextLength: plain.contextLength, cpu: plain.cpu)
  }

  /// Layers add nothing to the residual stream, norms of the prediction layer change only lengths, and its projection
  /// takes the embedding of the next token.
  private static func right(_ stored: StoredTensor) throws -> StoredTensor {
    let values = try stored.float32()
    let shape = values.shape
    if stored.name.hasSuffix("o_proj.weight") || stored.name.contains("down_proj") {
      return StoredTensor(name: stored.name, Tensor([Float](repeating: 0, count: shape.elementCount), shape: shape))
    }
    if stored.name.hasSuffix("enorm.weight") || stored.name.hasSuffix("norm.weight") {
      return StoredTensor(name: stored.name, Tensor([Float](repeating: 1, count: shape.elementCount), shape: shape))
    }
    if stored.name.hasSuffix("eh_proj.weight") {
      let identity = (0..<shape.elementCount).map { Float($0 / shape[1] == $0 % shape[1] ? 1 : 0) }
      return StoredTensor(name: stored.name, Tensor(identity, shape: shape))
    }
    return stored
  }
}
