public import InkFormats
public import InkTensor

extension ClipModel {
  /// Loads a model folder in Hugging Face layout.
  ///
  /// - Throws: `unknownFamily` for a folder of another family; `missingTensor`, `shapeMismatch`, `unusedTensor`, naming
  ///   the tensor; `unsupported`, `invalidConfiguration`, naming the key.
  public static func load(_ folder: ModelFolder, cpu: CPU) throws(ModelLoadError) -> ClipModel {
    let configuration = ModelConfiguration(folder.config)
    let name = try configuration.text("model_type") ?? ""
    guard Clip.modelTypes.contains(name) else {
      throw ModelLoadError(
        .unknownFamily, context: "\(folder.path)/config.json: model_type",
        expected: Clip.modelTypes.joined(separator: ", "), found: ModelLoadError.quoted(name))
    }
    return try load(
      try Clip.spec(configuration), try folder.openDecoded(), preprocessing: try ImagePreprocessing.load(folder),
      cpu: cpu)
  }

  /// Puts a model together from its spec and weights in Hugging Face layout.
  package static func load(
    _ spec: ClipSpec, _ source: any TensorSource, preprocessing: ImagePreprocessing?, cpu: CPU
  ) throws(ModelLoadError) -> ClipModel {
    try preprocessing?.check(for: spec.vision)
    let weights: MappedWeights
    do {
      weights = try Clip.huggingFaceWeights(spec).load(source)
      try weights.requireComplete()
    } catch { throw ModelLoadError(error) }
    var reader = WeightReader(source: weights, cpu: cpu)
    let model = try ClipModel(spec, preprocessing: preprocessing, &reader)
    try reader.requireAllTaken()
    return model
  }
}
