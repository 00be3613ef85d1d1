public import InkFormats
public import InkModels
package import InkNN
public import InkTensor

extension SequenceToSequenceModel {
  /// Whether files hold a model that writes a target from a source, by the family that they name.
  ///
  /// - Throws: when the files that say so cannot be read.
  public static func isStored(in resolved: ResolvedModel) throws(ModelLoadError) -> Bool {
    switch try resolved.family {
    case .modelType(let name)?: EncoderRegistry.encoderDecoders.contains { $0.modelTypes.contains(name) }
    case .architecture(let name)?: EncoderRegistry.encoderDecoders.contains { $0.architectures.contains(name) }
    case nil: false
    }
  }

  /// Loads a model from the files that a reference was resolved to.
  ///
  /// - Throws: as ``load(folder:name:cpu:)``.
  public static func load(_ resolved: ResolvedModel, cpu: CPU) throws(ModelLoadError) -> SequenceToSequenceModel {
    try resolved.load(
      folder: { (path, name) throws(ModelLoadError) in try load(folder: path, name: name, cpu: cpu) },
      gguf: { (path, name) throws(ModelLoadError) in try load(gguf: path, name: name, cpu: cpu) })
  }

  /// The same model with adapters; its own weights are shared, not copied.
  ///
  /// - Throws: what ``EncoderDecoderLM`` throws for adapters of another model.
  package func attaching(_ adapters: [ModelAdapter]) throws(ModelLoadError) -> SequenceToSequenceModel {
    try SequenceToSequenceModel(
      name: name, network: try network.attaching(adapters), tokenizer: tokenizer, endTokens: endTokens, cpu: cpu)
  }
}
