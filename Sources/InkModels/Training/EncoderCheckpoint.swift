package import InkFormats
package import InkTensor

/// An encoder in the conventions of Hugging Face checkpoints: what training begins from and what it writes.
package struct EncoderCheckpoint: Sendable {
  /// What the model is.
  package let spec: EncoderSpec
  /// `config.json`, as it is written with the model.
  package let config: JSONObject
  /// Where it comes from.
  package let origin: CheckpointOrigin
  /// The family that names its tensors.
  package let family: any EncoderFamily.Type
  /// Its weights by the names that the model has for them.
  package let weights: any WeightSource
  /// How its heads differ from those of the folder.
  package let change: HeadChange

  /// Opens a folder in Hugging Face layout or a GGUF file.
  ///
  /// - Throws: `unknownFamily`, `invalidConfiguration`, `unsupported`, or `file` for what cannot be read.
  package static func open(_ path: String) throws(ModelLoadError) -> EncoderCheckpoint {
    if path.hasSuffix(".gguf") { return try open(gguf: path) }
    let stored = try CheckpointFolder.open(path)
    if case .gguf(let file) = stored.folder.weights { return try open(gguf: file) }
    let family = try EncoderRegistry.encoder(modelType: try stored.modelType())
    let source = try stored.tensors()
    let spec = try family.spec(ModelConfiguration(stored.folder.config), stored: source)
    do {
      let weights = try family.huggingFaceWeights(spec).load(source)
      try weights.requireComplete()
      return EncoderCheckpoint(
        spec: spec, config: stored.config, origin: .folder(stored.folder), family: family, weights: weights,
        change: HeadChange(from: spec.outputs, to: spec.outputs))
    } catch { throw ModelLoadError(error) }
  }

  /// A body without heads that begins from nothing.
  ///
  /// - Parameters:
  ///   - config: what `config.json` of its family would say.
  ///   - seed: which weights of all possible ones.
  ///   - deviation: the standard deviation of matrices.
  ///   - asked: takes note of what was read of the configuration.
  package static func fresh(
    config: JSONObject, seed: UInt64, deviation: Float, noting asked: AskedMembers = AskedMembers()
  ) throws(ModelLoadError) -> EncoderCheckpoint {
    let configuration = ModelConfiguration(try config.node("model.config").noting(asked))
    let family = try EncoderRegistry.encoder(modelType: try configuration.familyName("model.config"))
    let nothing = try convertingFiles { () throws(FormatError) in try TensorCollection([], path: "model.config") }
    let spec = try family.spec(configuration, stored: nothing)
    var config = config
    // Other software takes another number for granted.
    if spec.embedding.tokenTypes > 0 { config["type_vocab_size"] = .number("\(spec.embedding.tokenTypes)") }
    return EncoderCheckpoint(
      spec: spec, config: config, origin: .fresh, family: family,
      weights: FreshWeights(layers: spec.layers.count, seed: seed, deviation: deviation),
      change: HeadChange(from: spec.outputs, to: spec.outputs))
  }

  /// The same body with the heads of a purpose: those that the checkpoint has for it, and new ones where it has none.
  ///
  /// - Parameters:
  ///   - seed: which new weights; they are as wide as `initializer_range` says.
  /// - Throws: `unsupported` for a family that has no such head.
  package func refitted(for purpose: EncoderPurpose, seed: UInt64) throws(ModelLoadError) -> EncoderCheckpoint {
    guard let headed = family as? any HeadedEncoderFamily.Type else {
      guard purpose == .vectors else {
        throw ModelLoadError(
          .unsupported, context: weights.path, expected: "an encoder of BERT's or RoBERTa's family",
          found: "a family without heads for \(purpose.title)")
      }
      return self
    }
    let configuration = ModelConfiguration(try config.node(weights.path))
    var spec = spec
    spec.outputs = try headed.outputs(for: purpose, configuration, stored: spec.outputs)
    let change = HeadChange(from: self.spec.outputs, to: spec.outputs)
    let deviation = try configuration.number("initializer_range", default: 0.02)
    guard deviation > 0, deviation < 100 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "initializer_range", expected: "a small positive number", found: "\(deviation)")
    }
    let fresh: any WeightSource =
      weights is PlannedWeights
      ? weights : FreshWeights(layers: spec.layers.count, seed: seed, deviation: Float(deviation))
    var config = config
    let modelType = try configuration.familyName(weights.path)
    config["architectures"] = .array([.string(headed.architecture(for: purpose, modelType: modelType))])
    EncoderCheckpoint.describe(spec.outputs.classifier, for: purpose, in: &config)
    return EncoderCheckpoint(
      spec: spec, config: config, origin: origin, family: family,
      weights: RefittedWeights(base: weights, change: change, fresh: fresh), change: change)
  }

  /// Names of classes and what is learned of them, as configurations state it.
  private static func describe(_ head: ClassifierSpec?, for purpose: EncoderPurpose, in config: inout JSONObject) {
    let replaced = [
      "id2label", "label2id", "num_labels", "problem_type", "sentence_transformers",
      "sbert_ce_default_activation_function",
    ]
    for key in replaced { config[key] = nil }
    guard let head else { return }
    var (names, numbers) = (JSONObject(), JSONObject())
    for (number, label) in head.labels.enumerated() {
      names["\(number)"] = .string(label)
      numbers[label] = .number("\(number)")
    }
    config["id2label"] = .object(names)
    config["label2id"] = .object(numbers)
    switch purpose {
    case .sequenceClasses: config["problem_type"] = .string("single_label_classification")
    case .sequenceScore(let score):
      config["problem_type"] = .string(score.problemType)
      config["sentence_transformers"] = .members(["activation_fn": .string(score.activation)])
    case .tokenClasses, .maskedTokens, .vectors: break
    }
  }

  /// Puts the model together.
  ///
  /// - Throws: `missingTensor`, `shapeMismatch`, `unusedTensor`, `unsupported`.
  package func load(use: WeightUse, on cpu: CPU) throws(ModelLoadError) -> EncoderLM {
    try EncoderLM(spec: spec, weights: weights, use: use, cpu: cpu)
  }

  /// The same model with weights of nothing, for plans of memory.
  package var planned: EncoderCheckpoint { planned(in: WeightRoom()) }

  /// The same model with weights of nothing that take room.
  package func planned(in room: WeightRoom) -> EncoderCheckpoint {
    EncoderCheckpoint(
      spec: spec, config: config, origin: origin, family: family, weights: PlannedWeights(in: room), change: change)
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

  /// Writes the model with trained weights as a folder in Hugging Face layout, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - parameters: all weights of the model.
  ///   - sentence: how vectors are made of its states; nil for a model of another kind.
  ///   - companions: a folder with the files of a tokenizer that was made for the model, copied instead of those of the
  ///     origin.
  ///   - type: of all tensors, which the container can hold: f32, f16 or bf16.
  /// - Throws: `missingTensor` when a weight is left out; `file` when something is there or cannot be written.
  package func write(
    _ parameters: [Parameter], sentence: SentenceSpec? = nil, to destination: String, companions: String? = nil,
    as type: BlockFormat = .f32
  ) throws(ModelLoadError) {
    let output = CheckpointOutput(tensors: try exported(parameters), config: config, type: type)
    let replaced = Set(["config.json"] + SentenceFiles.names)
    try output.write(to: destination) { (folder) throws(FormatError) in
      if let companions {
        _ = try folder.copyCompanions(of: companions, except: replaced)
      } else {
        switch origin {
        case .folder(let stored): _ = try folder.copyCompanions(of: stored.path, except: replaced)
        case .gguf(let model, _):
          _ = try EncoderTokenizer.writeFiles(of: model.metadata, into: folder, contextLength: spec.contextLength)
        case .fresh: break
        }
      }
      if let sentence { try SentenceFiles(sentence, width: spec.width).write(into: folder) }
    }
  }
}

extension JSONObject {
  /// The object as a document that can be read.
  func node(_ place: String) throws(ModelLoadError) -> JSONNode {
    try convertingFiles { () throws(FormatError) in
      try JSONDocument(JSONWriter.bytes(.object(self), layout: .compact), file: place).root
    }
  }
}

extension ModelConfiguration {
  /// The name of the family, which must be there.
  func familyName(_ place: String) throws(ModelLoadError) -> String {
    if let name = try text("model_type") { return name }
    throw ModelLoadError(
      .invalidConfiguration, context: "\(place): model_type", expected: "the name of a family", found: "nothing")
  }
}
