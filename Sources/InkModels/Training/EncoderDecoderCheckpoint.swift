package import InkFormats
package import InkTensor

/// An encoder with a decoder in the conventions of Hugging Face checkpoints: what training begins from and what it
/// writes.
package struct EncoderDecoderCheckpoint: Sendable {
  /// Where the model comes from.
  package enum Origin: Sendable {
    case folder(ModelFolder)
    /// Nowhere yet: its weights are drawn.
    case fresh
  }

  /// What the model is.
  package let spec: EncoderDecoderSpec
  /// `config.json`.
  package let config: JSONObject
  /// Where it comes from.
  package let origin: Origin
  /// The family that names its tensors.
  package let family: any EncoderDecoderFamily.Type
  /// Its weights by the names that the model has for them.
  package let weights: any WeightSource

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
      return EncoderDecoderCheckpoint(
        spec: spec, config: stored.config, origin: .folder(stored.folder), family: family, weights: weights)
    } catch { throw ModelLoadError(error) }
  }

  /// A model that begins from nothing; its head is its embedding.
  ///
  /// - Parameters:
  ///   - config: what `config.json` of its family would say.
  ///   - seed: which weights of all possible ones.
  ///   - deviation: the standard deviation of matrices.
  ///   - asked: takes note of what was read of the configuration.
  package static func fresh(
    config: JSONObject, seed: UInt64, deviation: Float, noting asked: AskedMembers = AskedMembers()
  ) throws(ModelLoadError) -> EncoderDecoderCheckpoint {
    let configuration = ModelConfiguration(try config.node("model.config").noting(asked))
    let family = try EncoderRegistry.encoderDecoder(modelType: try configuration.familyName("model.config"))
    let nothing = try convertingFiles { () throws(FormatError) in try TensorCollection([], path: "model.config") }
    let spec = try family.spec(configuration, stored: nothing)
    return EncoderDecoderCheckpoint(
      spec: spec, config: config, origin: .fresh, family: family,
      weights: FreshWeights(
        layers: max(spec.encoder.layers.count, spec.decoder.layers.count), seed: seed, deviation: deviation))
  }

  /// Puts the model together.
  ///
  /// - Throws: `missingTensor`, `shapeMismatch`, `unusedTensor`, `unsupported`.
  package func load(use: WeightUse, on cpu: CPU) throws(ModelLoadError) -> EncoderDecoderLM {
    try EncoderDecoderLM(spec: spec, weights: weights, use: use, cpu: cpu)
  }

  /// The same model with weights of nothing, for plans of memory.
  package var planned: EncoderDecoderCheckpoint { planned(in: WeightRoom()) }

  /// The same model with weights of nothing that take room.
  package func planned(in room: WeightRoom) -> EncoderDecoderCheckpoint {
    EncoderDecoderCheckpoint(
      spec: spec, config: config, origin: origin, family: family, weights: PlannedWeights(in: room))
  }

  /// Writes the model with trained weights as a folder in Hugging Face layout, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - parameters: all weights of the model.
  ///   - companions: a folder with the files of a tokenizer that was made for the model, copied instead of those of the
  ///     origin.
  ///   - type: of all tensors, which the container can hold: f32, f16 or bf16.
  /// - Throws: `missingTensor` when a weight is left out; `file` when something is there or cannot be written.
  package func write(
    _ parameters: [Parameter], to destination: String, companions: String? = nil, as type: BlockFormat = .f32
  ) throws(ModelLoadError) {
    let output = CheckpointOutput(tensors: try exported(parameters), config: config, type: type)
    try output.write(to: destination) { (folder) throws(FormatError) in
      if let companions {
        _ = try folder.copyCompanions(of: companions, except: ["config.json"])
      } else if case .folder(let stored) = origin {
        _ = try folder.copyCompanions(of: stored.path, except: ["config.json"])
      }
    }
  }

  /// The weights under the names and in the layout of the family's checkpoints.
  ///
  /// - Parameter parameters: all weights of the model.
  /// - Throws: `missingTensor` when a part of a fused tensor is left out.
  package func exported(_ parameters: [Parameter]) throws(ModelLoadError) -> [StoredTensor] {
    let tensors = parameters.map { (name: $0.name, value: $0.value) }
    if let loaded = weights as? MappedWeights { return try loaded.checkpointTensors(of: tensors) }
    return try family.huggingFaceWeights(spec).checkpointTensors(of: tensors)
  }
}
