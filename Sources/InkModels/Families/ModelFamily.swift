public import InkFormats

/// A family of models as data: which names it answers to, the spec its configuration describes, and how its tensors
/// are called. There is no forward code in a family.
public protocol ModelFamily: Sendable {
  /// Values of `model_type` in `config.json`.
  static var modelTypes: [String] { get }
  /// Values of `general.architecture` in GGUF metadata.
  static var architectures: [String] { get }

  /// The model that a configuration describes.
  static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec

  /// From the names and layout of a Hugging Face checkpoint to those of the decoder.
  static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap

  /// From the names and layout of a GGUF file to those of the decoder.
  static func ggufWeights(_ spec: DecoderSpec) -> WeightMap
}

extension ModelFamily {
  /// The names that all architectures of GGUF files share.
  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap { .ggufNames(spec) }
}
