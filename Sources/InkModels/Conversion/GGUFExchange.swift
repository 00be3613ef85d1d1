public import InkFormats

/// What a family says to be written as GGUF and to be read from it as a checkpoint.
///
/// The description of the model is the spec; a conversion is checked by making the spec again from what was written.
public protocol GGUFExchange: ModelFamily {
  /// The name of the architecture in GGUF under which a model is written; the family that answers to it reads the file
  /// again.
  static func architecture(_ spec: DecoderSpec) -> String

  /// The family whose checkpoint is made of a GGUF file of this family's architecture: several share some names.
  static func checkpointFamily(_ spec: DecoderSpec, _ model: GGUFModel) -> any GGUFExchange.Type

  /// Between the names and layout of GGUF and the decoder's tensors as a Hugging Face checkpoint gives them: rows of
  /// rotary heads in halves, norm weights as the checkpoint stores them.
  static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap

  /// The same for files that are read, whose architecture is the family's own: it may be written under another one.
  static func ggufOrigin(_ spec: DecoderSpec) -> WeightMap

  /// Metadata beyond what every architecture has, with keys after the architecture's name.
  static func ggufMetadata(_ spec: DecoderSpec) -> [(key: String, value: GGUFValue)]

  /// Tensors that the architecture asks for and the family does not have: biases of zero.
  static func ggufTensors(_ spec: DecoderSpec) -> [StoredTensor]

  /// The model as the file describes it, where that is another form of the same computation.
  static func ggufSpec(_ spec: DecoderSpec) -> DecoderSpec

  /// What somebody should know who uses the file elsewhere, in sentences.
  static func ggufRemarks(_ spec: DecoderSpec) -> [String]

  /// What a file would have that llama.cpp does not read under the architecture's name, in words; nil for nothing.
  static func unreadByLlamaCpp(_ spec: DecoderSpec) -> String?

  /// How `config.json` of this family is written.
  static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm
}

/// How `config.json` of a family is written from settings under its keys.
public struct CheckpointForm: Sendable {
  /// The value of `model_type`.
  public var modelType: String
  /// The class under `architectures`.
  public var className: String
  /// The keys that the family has.
  public var keys: [String]
  /// Members with fixed values.
  public var fixed: [(key: String, value: JSONTree)]

  /// A form from its parts.
  public init(modelType: String, className: String, keys: [String], fixed: [(key: String, value: JSONTree)] = []) {
    self.modelType = modelType
    self.className = className
    self.keys = keys
    self.fixed = fixed
  }

  /// The keys that LLaMA and its relatives share.
  static let llamaKeys = [
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
    "vocab_size", "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_scaling", "tie_word_embeddings",
  ]
}

extension GGUFExchange {
  public static func architecture(_ spec: DecoderSpec) -> String { architectures.first ?? modelTypes.first ?? "" }

  public static func checkpointFamily(_ spec: DecoderSpec, _ model: GGUFModel) -> any GGUFExchange.Type { self }

  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { ggufWeights(spec) }

  public static func ggufOrigin(_ spec: DecoderSpec) -> WeightMap { ggufCheckpoint(spec) }

  public static func ggufMetadata(_ spec: DecoderSpec) -> [(key: String, value: GGUFValue)] { [] }

  public static func ggufTensors(_ spec: DecoderSpec) -> [StoredTensor] { [] }

  public static func ggufSpec(_ spec: DecoderSpec) -> DecoderSpec { spec }

  public static func ggufRemarks(_ spec: DecoderSpec) -> [String] { [] }

  public static func unreadByLlamaCpp(_ spec: DecoderSpec) -> String? { nil }
}

extension FamilyRegistry {
  /// The exchange of a family, when it has one.
  ///
  /// - Throws: `unsupported`, naming the families that have.
  static func exchange(_ family: any ModelFamily.Type, _ name: String) throws(ModelLoadError) -> any GGUFExchange.Type {
    if let exchange = family as? any GGUFExchange.Type { return exchange }
    let known = families.compactMap { $0 as? any GGUFExchange.Type }.flatMap { $0.modelTypes }
    throw ModelLoadError(
      .unsupported, context: "conversion between GGUF and a folder", expected: known.sorted().joined(separator: ", "),
      found: ModelLoadError.quoted(name), hint: (family as? any GGUFRefusal.Type)?.ggufRefusal ?? "")
  }
}
