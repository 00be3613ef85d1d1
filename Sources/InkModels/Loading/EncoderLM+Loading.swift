package import InkFormats
package import InkTensor

extension EncoderLM {
  /// Loads a model folder in Hugging Face layout.
  package static func load(
    _ folder: ModelFolder, use: WeightUse = .inference, cpu: CPU
  ) throws(ModelLoadError) -> EncoderLM {
    let configuration = ModelConfiguration(folder.config)
    let family = try EncoderRegistry.encoder(modelType: try configuration.modelType(folder))
    let source = try folder.openDecoded()
    let spec = try family.spec(configuration, stored: source)
    return try EncoderLM(spec: spec, weights: try family.huggingFaceWeights(spec).complete(source), use: use, cpu: cpu)
  }

  /// Loads a GGUF file or set of shards.
  package static func load(
    _ model: GGUFModel, use: WeightUse = .inference, cpu: CPU
  ) throws(ModelLoadError) -> EncoderLM {
    let family = try EncoderRegistry.encoder(architecture: try model.architecture())
    let spec = try family.spec(try ModelConfiguration(gguf: model), stored: model)
    return try EncoderLM(spec: spec, weights: try family.ggufWeights(spec).complete(model), use: use, cpu: cpu)
  }
}

extension EncoderDecoderLM {
  /// Loads a model folder in Hugging Face layout.
  package static func load(
    _ folder: ModelFolder, use: WeightUse = .inference, cpu: CPU
  ) throws(ModelLoadError) -> EncoderDecoderLM {
    let configuration = ModelConfiguration(folder.config)
    let family = try EncoderRegistry.encoderDecoder(modelType: try configuration.modelType(folder))
    let source = try folder.openDecoded()
    let spec = try family.spec(configuration, stored: source)
    return try EncoderDecoderLM(
      spec: spec, weights: try family.huggingFaceWeights(spec).complete(source), use: use, cpu: cpu)
  }

  /// Loads a GGUF file or set of shards.
  package static func load(
    _ model: GGUFModel, use: WeightUse = .inference, cpu: CPU
  ) throws(ModelLoadError) -> EncoderDecoderLM {
    let family = try EncoderRegistry.encoderDecoder(architecture: try model.architecture())
    let spec = try family.spec(try ModelConfiguration(gguf: model), stored: model)
    return try EncoderDecoderLM(spec: spec, weights: try family.ggufWeights(spec).complete(model), use: use, cpu: cpu)
  }
}

extension ModelConfiguration {
  /// The name of the family.
  fileprivate func modelType(_ folder: ModelFolder) throws(ModelLoadError) -> String {
    if let name = try text("model_type") { return name }
    throw ModelLoadError(
      .invalidConfiguration, context: "\(folder.path)/config.json: model_type", expected: "the name of a family",
      found: "nothing")
  }
}

extension GGUFModel {
  fileprivate func architecture() throws(ModelLoadError) -> String {
    do { return try metadata.string(for: "general.architecture") } catch { throw ModelLoadError(error, as: .file) }
  }
}

extension WeightMap {
  /// The mapped weights of a source that has nothing unknown and nothing left out.
  fileprivate func complete(_ source: any TensorSource) throws(ModelLoadError) -> MappedWeights {
    do {
      let weights = try load(source)
      try weights.requireComplete()
      return weights
    } catch { throw ModelLoadError(error) }
  }
}
