package import InkFormats
package import InkTensor

extension VisionLanguageModel {
  /// Whether a folder holds a model that reads pictures beside text.
  package static func isStored(in folder: ModelFolder) -> Bool {
    guard case .string(let name)? = folder.config["model_type"].value else { return false }
    return Llava.modelTypes.contains(name) || QueryTokensSpec.isDescribed(by: folder.config)
  }

  /// Loads a model folder in Hugging Face layout.
  ///
  /// - Throws: `unsupported` for a connector that is not computed, and as the loader of decoders does.
  package static func load(
    _ folder: ModelFolder, options: LoadingOptions = LoadingOptions(), cpu: CPU
  ) throws(ModelLoadError) -> VisionLanguageModel {
    let configuration = ModelConfiguration(folder.config)
    if let queries = try QueryTokensSpec(configuration) { throw unsupported(queries, folder.path) }
    var spec = try Llava.spec(configuration)
    try options.apply(to: &spec.decoder)
    return try load(
      spec, configuration, try folder.openDecoded(), preprocessing: try ImagePreprocessing.load(folder),
      cacheFormat: options.cacheFormat, cpu: cpu)
  }

  /// Puts a model together from its configuration and weights.
  package static func load(
    _ spec: VisionLanguageSpec, _ configuration: ModelConfiguration, _ source: any TensorSource,
    preprocessing: ImagePreprocessing?, cacheFormat: LoadingOptions.CacheFormat = .automatic, cpu: CPU
  ) throws(ModelLoadError) -> VisionLanguageModel {
    try preprocessing?.check(for: spec.vision)
    let projectorSpec: ProjectorSpec
    switch spec.connector {
    case .projector(let projector): projectorSpec = projector
    case .queryTokens(let queries): throw unsupported(queries, source.path)
    }
    let storedLayers = try VisionSpec.clip(try configuration.section("vision_config") ?? configuration).layers.count
    let parts = Llava.parts(source)
    let family = try Llava.family(try Llava.textConfiguration(configuration))
    let visionWeights: MappedWeights
    let decoderWeights: MappedWeights
    do {
      visionWeights = try Llava.huggingFaceWeights(spec, storedLayers: storedLayers).load(parts.vision)
      try visionWeights.requireComplete()
      decoderWeights = try family.huggingFaceWeights(spec.decoder).load(parts.decoder)
      try decoderWeights.requireComplete()
    } catch { throw ModelLoadError(error) }
    return try assemble(
      spec, projectorSpec, visionWeights, preprocessing: preprocessing,
      decoder: try DecoderLM(spec: spec.decoder, weights: decoderWeights, cacheFormat: cacheFormat, cpu: cpu), cpu: cpu)
  }

  /// Puts the parts that read pictures before a decoder.
  static func assemble(
    _ spec: VisionLanguageSpec, _ projectorSpec: ProjectorSpec, _ weights: MappedWeights,
    preprocessing: ImagePreprocessing?, decoder: DecoderLM, cpu: CPU
  ) throws(ModelLoadError) -> VisionLanguageModel {
    var reader = WeightReader(source: weights, cpu: cpu)
    let tower = try VisionTower(spec.vision, prefix: "vision.", &reader)
    let width = spec.decoder.width
    let projector = Projector(
      spec: projectorSpec,
      first: try reader.linear(
        "projector.first", outputs: width, inputs: spec.vision.width * projectorSpec.layers.count,
        bias: projectorSpec.bias),
      second: try reader.linear("projector.second", outputs: width, inputs: width, bias: projectorSpec.bias))
    try reader.requireAllTaken()
    return VisionLanguageModel(
      spec: spec, preprocessing: preprocessing, decoder: decoder, tower: tower, projector: projector)
  }

  private static func unsupported(_ queries: QueryTokensSpec, _ path: String) -> ModelLoadError {
    ModelLoadError(
      .unsupported, context: path, expected: "a vision tower with a projector (LLaVA)",
      found: "\(queries.count) query tokens behind a transformer of \(queries.looksAtImage.count) layers",
      hint: "Models with query tokens (BLIP-2, VisualGLM) are not computed yet.")
  }
}

extension ImagePreprocessing {
  /// Refuses steps whose result is not what the tower reads.
  func check(for spec: VisionSpec) throws(ModelLoadError) {
    var found = "pictures of any size"
    switch (crop, scaling) {
    case (.centre(let width, let height), _), (.none, .exact(let width, let height)):
      if width == spec.imageSize, height == spec.imageSize { return }
      found = "\(width) x \(height)"
    case (.none, .shortestEdge(let edge)):
      if edge == spec.imageSize, padding == .square { return }
    case (.none, .none): break
    }
    throw ModelLoadError(
      .invalidConfiguration, context: "preprocessor_config.json",
      expected: "pictures of \(spec.imageSize) x \(spec.imageSize), which the vision tower reads", found: found)
  }
}
