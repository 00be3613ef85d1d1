package import InkFormats
package import InkTensor

/// An encoder with a decoder in a folder in Hugging Face layout: what training begins from and what it writes.
package struct EncoderDecoderCheckpoint: Sendable {
  /// What the model is.
  package let spec: EncoderDecoderSpec
  /// Its weights by the names that the model has for them.
  package let weights: MappedWeights
  private let stored: CheckpointFolder

  /// Opens a folder.
  ///
  /// - Throws: `unknownFamily`, `invalidConfiguration`, `unsupported`, or `file` for what cannot be read.
  package static func open(_ path: String) throws(ModelLoadError) -> EncoderDecoderCheckpoint {
    let stored = try CheckpointFolder.open(path)
    let family = try EncoderRegistry.encoderDecoder(modelType: try stored.modelType())
    let source = try stored.tensors()
    let spec = try family.spec(ModelConfiguration(stored.folder.config), stored: source)
    do {
      let weights = try family.huggingFaceWeights(spec).load(source)
      try weights.requireComplete()
      return EncoderDecoderCheckpoint(spec: spec, weights: weights, stored: stored)
    } catch { throw ModelLoadError(error) }
  }

  /// Puts the model together.
  ///
  /// - Throws: `missingTensor`, `shapeMismatch`, `unusedTensor`, `unsupported`.
  package func load(use: WeightUse, on cpu: CPU) throws(ModelLoadError) -> EncoderDecoderLM {
    try EncoderDecoderLM(spec: spec, weights: weights, use: use, cpu: cpu)
  }

  /// Writes the model with trained weights as a folder of the same layout, which appears whole or not at all.
  ///
  /// - Parameter parameters: all weights of the model.
  /// - Throws: `missingTensor` when a weight is left out; `file` when something is there or cannot be written.
  package func write(_ parameters: [Parameter], to destination: String) throws(ModelLoadError) {
    try stored.write(weights.checkpointTensors(of: parameters.map { ($0.name, $0.value) }), to: destination)
  }
}
