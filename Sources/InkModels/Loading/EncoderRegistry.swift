/// The families of encoders, and of encoders with a decoder, that this library knows.
public enum EncoderRegistry {
  /// Encoders, in no order that matters: names are unique.
  public static let encoders: [any EncoderFamily.Type] = [BERT.self, RoBERTa.self, T5Encoder.self]
  /// Encoders with a decoder.
  public static let encoderDecoders: [any EncoderDecoderFamily.Type] = [T5.self, VanillaTransformer.self]

  /// What a name stands for that is no decoder's, in a sentence for a message.
  package static func kind(of name: String) -> String? {
    if Llava.modelTypes.contains(name) { return "It reads pictures beside text (inkstone generate --chat --image)." }
    if Clip.modelTypes.contains(name) { return "It puts pictures and texts into one space; as a library only." }
    if encoderDecoders.contains(where: { $0.modelTypes.contains(name) || $0.architectures.contains(name) }) {
      return "It has an encoder and a decoder: it writes a target from a source (inkstone generate)."
    }
    if encoders.contains(where: { $0.modelTypes.contains(name) || $0.architectures.contains(name) }) {
      return "It is an encoder: it gives vectors and scores of texts (inkstone embed, inkstone rerank), not text."
    }
    return nil
  }

  /// The encoder of a `model_type`.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func encoder(modelType: String) throws(ModelLoadError) -> any EncoderFamily.Type {
    try FamilyName.find(modelType, among: encoders, key: "model_type") { $0.modelTypes }
  }

  /// The encoder of a GGUF architecture.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func encoder(architecture: String) throws(ModelLoadError) -> any EncoderFamily.Type {
    try FamilyName.find(architecture, among: encoders, key: "general.architecture") { $0.architectures }
  }

  /// The encoder-decoder of a `model_type`.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func encoderDecoder(modelType: String) throws(ModelLoadError) -> any EncoderDecoderFamily.Type {
    try FamilyName.find(modelType, among: encoderDecoders, key: "model_type") { $0.modelTypes }
  }

  /// The encoder-decoder of a GGUF architecture.
  ///
  /// - Throws: `unknownFamily`, naming the nearest known name and all of them.
  public static func encoderDecoder(architecture: String) throws(ModelLoadError) -> any EncoderDecoderFamily.Type {
    try FamilyName.find(architecture, among: encoderDecoders, key: "general.architecture") { $0.architectures }
  }
}
