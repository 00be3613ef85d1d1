package import InkFormats
package import InkTensor

extension DecoderLM {
  /// Loads a model folder in Hugging Face layout.
  package static func load(
    _ folder: ModelFolder, options: LoadingOptions = LoadingOptions(), cpu: CPU
  ) throws(ModelLoadError) -> DecoderLM {
    let configuration = ModelConfiguration(folder.config)
    guard let modelType = try configuration.text("model_type") else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(folder.path)/config.json: model_type", expected: "the name of a family",
        found: "nothing")
    }
    let family = try FamilyRegistry.family(modelType: modelType)
    var spec = try family.spec(configuration)
    try options.apply(to: &spec)
    let source: any TensorSource
    do { source = try folder.weights.open() } catch { throw ModelLoadError(error, as: .file) }
    let weights: MappedWeights
    let decoding = try configuration.weightDecoding()
    do { weights = try family.huggingFaceWeights(spec).load(source, decoding: decoding) } catch {
      throw ModelLoadError(error)
    }
    return try load(spec, weights, options: options, cpu: cpu)
  }

  /// Loads a GGUF file or set of shards.
  package static func load(
    _ model: GGUFModel, options: LoadingOptions = LoadingOptions(), cpu: CPU
  ) throws(ModelLoadError) -> DecoderLM {
    if options.conventions == .checkpoint {
      let checkpoint = try DecoderCheckpoint.open(model, path: model.path)
      var spec = checkpoint.spec
      try options.apply(to: &spec)
      return try DecoderLM(spec: spec, weights: checkpoint.weights, cacheFormat: options.cacheFormat, cpu: cpu)
    }
    let architecture: String
    do { architecture = try model.metadata.string(for: "general.architecture") } catch {
      throw ModelLoadError(error, as: .file)
    }
    let family = try FamilyRegistry.family(architecture: architecture)
    var spec = try family.spec(try ModelConfiguration(gguf: model))
    try options.apply(to: &spec)
    let weights: MappedWeights
    do { weights = try family.ggufWeights(spec).load(model) } catch { throw ModelLoadError(error) }
    return try load(spec, weights, options: options, cpu: cpu)
  }

  private static func load(
    _ spec: DecoderSpec, _ weights: MappedWeights, options: LoadingOptions, cpu: CPU
  ) throws(ModelLoadError) -> DecoderLM {
    do { try weights.requireComplete() } catch { throw ModelLoadError(error) }
    return try DecoderLM(spec: spec, weights: weights, cacheFormat: options.cacheFormat, cpu: cpu)
  }
}
