package import InkFormats

/// Any model that this library computes, as data.
public enum ModelSpec: Sendable, Hashable {
  /// Writes text.
  case decoder(DecoderSpec)
  /// Gives vectors and scores of texts.
  case encoder(EncoderSpec)
  /// Writes a target from a source.
  case encoderDecoder(EncoderDecoderSpec)
  /// Writes text and reads pictures.
  case pictureReader(VisionLanguageSpec)
  /// Puts pictures and texts into one space.
  case twoTowers(ClipSpec)

  /// The model of a folder in Hugging Face layout; its weights are not read.
  ///
  /// - Throws: as loading the model does.
  package init(_ folder: ModelFolder, stored: any TensorSource) throws(ModelLoadError) {
    let configuration = ModelConfiguration(folder.config)
    let name = try configuration.text("model_type") ?? "not named"
    if Llava.modelTypes.contains(name) {
      self = .pictureReader(try Llava.spec(configuration))
    } else if Clip.modelTypes.contains(name) {
      self = .twoTowers(try Clip.spec(configuration))
    } else if let family = EncoderRegistry.encoderDecoders.first(where: { $0.modelTypes.contains(name) }) {
      self = .encoderDecoder(try family.spec(configuration, stored: stored))
    } else if let family = EncoderRegistry.encoders.first(where: { $0.modelTypes.contains(name) }) {
      self = .encoder(try family.spec(configuration, stored: stored))
    } else {
      self = .decoder(try FamilyRegistry.family(modelType: name).spec(configuration))
    }
  }

  /// The model of a GGUF file; its weights are not read.
  ///
  /// - Throws: as loading the model does.
  package init(_ model: GGUFModel, architecture: String) throws(ModelLoadError) {
    let configuration = try ModelConfiguration(gguf: model)
    if let family = EncoderRegistry.encoderDecoders.first(where: { $0.architectures.contains(architecture) }) {
      self = .encoderDecoder(try family.spec(configuration, stored: model))
    } else if let family = EncoderRegistry.encoders.first(where: { $0.architectures.contains(architecture) }) {
      self = .encoder(try family.spec(configuration, stored: model))
    } else {
      self = .decoder(try FamilyRegistry.family(architecture: architecture).spec(configuration))
    }
  }

  /// What stands for the model where it writes text; nil for models that give vectors.
  public var writer: DecoderSpec? {
    switch self {
    case .decoder(let spec): spec
    case .pictureReader(let spec): spec.decoder
    case .encoder, .encoderDecoder, .twoTowers: nil
    }
  }
}
