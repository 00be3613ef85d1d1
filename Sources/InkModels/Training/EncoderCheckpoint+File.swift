import InkFormats

extension EncoderCheckpoint {
  static func open(gguf path: String) throws(ModelLoadError) -> EncoderCheckpoint {
    try open(try convertingFiles { () throws(FormatError) in try GGUFModel.open(path) }, path: path)
  }

  /// What a GGUF file holds, as the folder that it converts to would. Packed tensors stay so until they are asked for.
  static func open(_ model: GGUFModel, path: String) throws(ModelLoadError) -> EncoderCheckpoint {
    let file = try EncoderForm.file(model)
    let (form, change) = file.inFolder(model.metadata)
    guard case .encoder(let family, let spec) = form else {
      throw ModelLoadError(
        .unsupported, context: path, expected: "an encoder alone", found: "a GGUF file of an encoder with a decoder",
        hint: "Make a folder of it, and train that: inkstone convert \(path) FOLDER.")
    }
    let config = try EncoderConfiguration(form, model.metadata)
      .object(types: model.tensorNames.compactMap { model.info($0) })
    let weights: MappedWeights
    let stored: MappedWeights
    do throws(FormatError) {
      let loaded = try file.fileWeights.load(model)
      try loaded.requireComplete()
      stored = try form.checkpointWeights.exporting(RearrangedEncoder(loaded, change))
      weights = try family.huggingFaceWeights(spec).load(stored)
      try weights.requireComplete()
    } catch { throw ModelLoadError(error) }
    let again = try EncoderForm.checkpoint(ModelConfiguration(try config.node("\(path): config.json")), stored: stored)
    try form.compare(with: again, path)
    return EncoderCheckpoint(
      spec: spec, config: config, origin: .gguf(model, path: path), family: family, weights: weights,
      change: HeadChange(from: spec.outputs, to: spec.outputs))
  }

  /// How its files say that vectors are made of its states: the mean where they say nothing.
  ///
  /// - Throws: `unsupported` for a way that is not computed here; `invalidConfiguration`, `file`.
  package func sentence() throws(ModelLoadError) -> SentenceSpec {
    switch origin {
    case .folder(let folder): try SentenceSpec.load(folder)
    case .gguf(let model, _): try SentenceSpec.load(model)
    case .fresh: SentenceSpec()
    }
  }
}
