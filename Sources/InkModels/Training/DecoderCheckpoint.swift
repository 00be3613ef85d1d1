package import InkFormats
package import InkTensor

/// A decoder in the conventions of Hugging Face checkpoints, whatever it is stored as: what training begins from and what
/// it writes.
///
/// GGUF files keep some rows in another order and norms as other numbers; read through here they are those of the
/// checkpoint that the file was made from, so that adapters and weights made from either fit both.
package struct DecoderCheckpoint: Sendable {
  /// What the model is.
  package let spec: DecoderSpec
  /// `config.json`.
  package let config: JSONObject
  /// Where it comes from.
  package let origin: CheckpointOrigin
  /// The family that names its tensors.
  package let family: any ModelFamily.Type
  /// Its weights by the names that the decoder has for them.
  package let weights: any WeightSource

  /// Opens a folder in Hugging Face layout or a GGUF file.
  ///
  /// - Throws: `unknownFamily`, `invalidConfiguration`, `unsupported`, or `file` for what cannot be read.
  package static func open(_ path: String) throws(ModelLoadError) -> DecoderCheckpoint {
    if path.hasSuffix(".gguf") { return try open(gguf: path) }
    let folder = try convertingFiles { () throws(FormatError) in try ModelFolder.open(path) }
    if case .gguf(let file) = folder.weights { return try open(gguf: file) }
    let family = try family(of: folder.config, "\(path)/config.json")
    let configuration = ModelConfiguration(folder.config)
    let spec = try family.spec(configuration)
    let source = try convertingFiles { () throws(FormatError) in try folder.weights.open() }
    let decoding = try configuration.weightDecoding()
    let weights = try complete { () throws(FormatError) in
      try family.huggingFaceWeights(spec).load(source, decoding: decoding)
    }
    guard case .object(let config)? = folder.config.value else {
      throw ModelLoadError(.invalidConfiguration, context: "\(path)/config.json", expected: "an object")
    }
    return DecoderCheckpoint(spec: spec, config: config, origin: .folder(folder), family: family, weights: weights)
  }

  private static func open(gguf path: String) throws(ModelLoadError) -> DecoderCheckpoint {
    try open(try convertingFiles { () throws(FormatError) in try GGUFModel.open(path) }, path: path)
  }

  static func open(_ model: GGUFModel, path: String) throws(ModelLoadError) -> DecoderCheckpoint {
    let architecture = try convertingFiles { () throws(FormatError) in
      try model.metadata.string(for: "general.architecture")
    }
    let reader = try FamilyRegistry.exchange(try FamilyRegistry.family(architecture: architecture), architecture)
    let stored = try ModelConfiguration(gguf: model)
    let storedSpec = try reader.spec(stored)
    let family = reader.checkpointFamily(storedSpec, model)
    let form = family.checkpointForm(storedSpec).sayingHeadWidth(storedSpec)
    let config = try CheckpointConfiguration(form, stored, model.metadata)
      .object(types: model.tensorNames.compactMap { model.info($0) })
    let spec = try family.spec(ModelConfiguration(try node(config, "\(path): config.json")))
    try SpecCheck.compare(spec, with: storedSpec, path)
    let weights = try complete { () throws(FormatError) in try family.ggufOrigin(storedSpec).load(model) }
    return DecoderCheckpoint(
      spec: spec, config: config, origin: .gguf(model, path: path), family: family, weights: weights)
  }

  /// A model that begins from nothing.
  ///
  /// - Parameters:
  ///   - config: what `config.json` of its family would say.
  ///   - seed: which weights of all possible ones.
  ///   - deviation: the standard deviation of matrices.
  ///   - asked: takes note of what was read of the configuration.
  package static func fresh(
    config: JSONObject, seed: UInt64, deviation: Float, noting asked: AskedMembers = AskedMembers()
  ) throws(ModelLoadError) -> DecoderCheckpoint {
    let node = try node(config, "model.config").noting(asked)
    let family = try family(of: node, "model.config")
    let spec = try family.spec(ModelConfiguration(node))
    return DecoderCheckpoint(
      spec: spec, config: config, origin: .fresh, family: family,
      weights: FreshWeights(layers: spec.layers.count, seed: seed, deviation: deviation))
  }

  /// Puts the model together.
  ///
  /// - Throws: `missingTensor`, `shapeMismatch`, `unusedTensor`, `unsupported`.
  package func load(use: WeightUse, on cpu: CPU) throws(ModelLoadError) -> DecoderLM {
    try DecoderLM(spec: spec, weights: weights, use: use, cpu: cpu)
  }

  /// The same model with weights of nothing, for plans of memory.
  package var planned: DecoderCheckpoint { planned(in: WeightRoom()) }

  /// The same model with weights of nothing that take room.
  package func planned(in room: WeightRoom) -> DecoderCheckpoint {
    DecoderCheckpoint(spec: spec, config: config, origin: origin, family: family, weights: PlannedWeights(in: room))
  }

  /// Tensors of the decoder under the names and in the layout of the family's checkpoints.
  ///
  /// - Parameter tensors: all of a model, or all parts of what is fused there.
  /// - Throws: `missingTensor` when a part of a fused tensor is left out.
  package func exported(_ tensors: [(name: String, value: Tensor)]) throws(ModelLoadError) -> [StoredTensor] {
    let stored = (weights as? ExpandedWeights)?.base ?? weights
    if case .folder = origin, let loaded = stored as? MappedWeights {
      return try loaded.checkpointTensors(of: tensors)
    }
    return try family.huggingFaceWeights(spec).checkpointTensors(of: tensors)
  }

  /// The weights as a checkpoint stores them.
  package func exported(_ parameters: [Parameter]) throws(ModelLoadError) -> [StoredTensor] {
    try exported(parameters.map { ($0.name, $0.value) })
  }

  static func node(_ config: JSONObject, _ place: String) throws(ModelLoadError) -> JSONNode {
    try convertingFiles { () throws(FormatError) in
      try JSONDocument(JSONWriter.bytes(.object(config), layout: .compact), file: place).root
    }
  }

  private static func family(
    of config: JSONNode, _ place: String
  ) throws(ModelLoadError) -> any ModelFamily.Type {
    guard let modelType = try ModelConfiguration(config).text("model_type") else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(place): model_type", expected: "the name of a family", found: "nothing")
    }
    return try FamilyRegistry.family(modelType: modelType)
  }

  private static func complete(
    _ body: () throws(FormatError) -> MappedWeights
  ) throws(ModelLoadError) -> MappedWeights {
    do {
      let weights = try body()
      try weights.requireComplete()
      return weights
    } catch { throw ModelLoadError(error) }
  }
}
