public import InkFormats
public import InkModels
public import InkTensor

extension SequenceToSequenceModel {
  /// Whether files hold a model that writes a target from a source, by the family that they name.
  ///
  /// - Throws: when the files that say so cannot be read.
  public static func isStored(in resolved: ResolvedModel) throws(ModelLoadError) -> Bool {
    do {
      switch resolved.content {
      case .folder(let path):
        guard let name = try ModelFolder.open(path).config["model_type"].ifPresent?.string else { return false }
        return EncoderRegistry.encoderDecoders.contains { $0.modelTypes.contains(name) }
      case .gguf(let paths):
        guard let path = paths.first else { return false }
        let metadata = try GGUFModel.open(path).metadata
        guard metadata.contains("general.architecture") else { return false }
        let name = try metadata.string(for: "general.architecture")
        return EncoderRegistry.encoderDecoders.contains { $0.architectures.contains(name) }
      }
    } catch {
      throw ModelLoadError(error, as: .file)
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
}
