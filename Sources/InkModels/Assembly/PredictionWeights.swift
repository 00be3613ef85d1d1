package import InkFormats
import InkTensor

/// The weights of layers that predict tokens after the next one (multi-token prediction, DeepSeek-AI, 2024).
///
/// A checkpoint has them beside the decoder's; they are read when speculation asks for them, not at load.
package struct PredictionWeights: Sendable {
  /// How many such layers there are.
  package let layers: Int
  /// The names, `prediction.0.…`.
  package let names: [String]
  let source: any WeightSource

  init(layers: Int, names: [String], source: any WeightSource) {
    self.layers = layers
    self.names = names
    self.source = source
  }

  /// A tensor where it lies in the file.
  package func stored(_ name: String) throws(FormatError) -> StoredTensor { try source.stored(name, shape: []) }

  static func isNamed(_ name: String) -> Bool { name.hasPrefix("prediction.") }
}

extension WeightReader {
  /// The weights of prediction layers, nil when the checkpoint leaves them out.
  func prediction(_ spec: DecoderSpec) throws(ModelLoadError) -> PredictionWeights? {
    let names = source.names.filter { PredictionWeights.isNamed($0) }
    guard let first = names.first else { return nil }
    guard spec.predictionLayers > 0 else {
      throw ModelLoadError(.unusedTensor, context: "\(source.path): \(first)")
    }
    return PredictionWeights(layers: spec.predictionLayers, names: names, source: source)
  }
}
