public import InkFormats

/// A family of encoders as data, as ``ModelFamily`` is one of decoders.
///
/// Which heads stand on an encoder is not in its configuration but in its checkpoint, so a family also sees which
/// tensors are stored.
public protocol EncoderFamily: Sendable {
  /// Values of `model_type` in `config.json`.
  static var modelTypes: [String] { get }
  /// Values of `general.architecture` in GGUF metadata.
  static var architectures: [String] { get }

  /// The model that a configuration describes and a checkpoint holds.
  static func spec(
    _ configuration: ModelConfiguration, stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderSpec

  /// From the names and layout of a Hugging Face checkpoint to those of the encoder.
  static func huggingFaceWeights(_ spec: EncoderSpec) -> WeightMap

  /// From the names and layout of a GGUF file to those of the encoder.
  static func ggufWeights(_ spec: EncoderSpec) -> WeightMap
}

/// A family of models of an encoder and a decoder as data.
public protocol EncoderDecoderFamily: Sendable {
  /// Values of `model_type` in `config.json`.
  static var modelTypes: [String] { get }
  /// Values of `general.architecture` in GGUF metadata.
  static var architectures: [String] { get }

  /// The model that a configuration describes and a checkpoint holds.
  static func spec(
    _ configuration: ModelConfiguration, stored: any TensorSource
  ) throws(ModelLoadError) -> EncoderDecoderSpec

  /// From the names and layout of a Hugging Face checkpoint to those of the model.
  static func huggingFaceWeights(_ spec: EncoderDecoderSpec) -> WeightMap

  /// From the names and layout of a GGUF file to those of the model.
  static func ggufWeights(_ spec: EncoderDecoderSpec) -> WeightMap
}
