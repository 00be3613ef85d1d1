import InkFormats

/// An encoder, or an encoder with a decoder, as files describe it.
enum EncoderForm {
  case encoder(any EncoderFamily.Type, EncoderSpec)
  case transducer(any EncoderDecoderFamily.Type, EncoderDecoderSpec)

  /// Whether models of a name are encoders or have one; decoders are converted elsewhere.
  static func isKnown(modelType: String) -> Bool {
    EncoderRegistry.encoders.contains { $0.modelTypes.contains(modelType) }
      || EncoderRegistry.encoderDecoders.contains { $0.modelTypes.contains(modelType) }
  }

  /// As ``isKnown(modelType:)``, for GGUF's names.
  static func isKnown(architecture: String) -> Bool {
    EncoderRegistry.encoders.contains { $0.architectures.contains(architecture) }
      || EncoderRegistry.encoderDecoders.contains { $0.architectures.contains(architecture) }
  }

  /// What a folder in Hugging Face layout holds: T5's encoder alone where it stores no decoder.
  ///
  /// - Throws: `unknownFamily`, `invalidConfiguration`, `unsupported`.
  static func checkpoint(
    _ configuration: ModelConfiguration, stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderForm {
    let modelType = try configuration.text("model_type") ?? ""
    if let family = EncoderRegistry.encoderDecoders.first(where: { $0.modelTypes.contains(modelType) }),
      stored.tensorNames.contains(where: { $0.hasPrefix("decoder.") })
    {
      return .transducer(family, try family.spec(configuration, stored: stored))
    }
    let family = try EncoderRegistry.encoder(modelType: modelType)
    return .encoder(family, try family.spec(configuration, stored: stored))
  }

  /// What a GGUF file holds.
  ///
  /// - Throws: `unknownFamily`, `invalidConfiguration`, `unsupported`, `file`.
  static func file(_ model: GGUFModel) throws(ModelLoadError) -> EncoderForm {
    let configuration = try ModelConfiguration(gguf: model)
    let architecture = try configuration.text("model_type") ?? ""
    if let family = EncoderRegistry.encoderDecoders.first(where: { $0.architectures.contains(architecture) }) {
      return .transducer(family, try family.spec(configuration, stored: model))
    }
    let family = try EncoderRegistry.encoder(architecture: architecture)
    return .encoder(family, try family.spec(configuration, stored: model))
  }

  var checkpointWeights: WeightMap {
    switch self {
    case .encoder(let family, let spec): family.huggingFaceWeights(spec)
    case .transducer(let family, let spec): family.huggingFaceWeights(spec)
    }
  }

  var fileWeights: WeightMap {
    switch self {
    case .encoder(let family, let spec): family.ggufWeights(spec)
    case .transducer(let family, let spec): family.ggufWeights(spec)
    }
  }

  /// The encoder's spec.
  var encoder: EncoderSpec {
    switch self {
    case .encoder(_, let spec): spec
    case .transducer(_, let spec): spec.encoder
    }
  }

  /// Refuses new files that describe another model than was to be written.
  ///
  /// - Throws: `unsupported`.
  func compare(with found: EncoderForm, _ path: String) throws(ModelLoadError) {
    let isSame =
      switch (self, found) {
      case (.encoder(_, let wanted), .encoder(_, let found)): wanted == found
      case (.transducer(_, let wanted), .transducer(_, let found)): wanted == found
      case (.encoder, .transducer), (.transducer, .encoder): false
      }
    guard !isSame else { return }
    throw ModelLoadError(
      .unsupported, context: path, expected: "the same model in both kinds of file", found: "another one",
      hint: "This kind of file has no words for a setting of the configuration.")
  }
}
