import InkFormats
import InkTensor

/// LLaVA as llama.cpp has it: a file of the language model and one of the rest, of the architecture `clip`.
extension Llava {
  /// Settings that llama.cpp has no key for, under a name of our own.
  enum OwnKey {
    /// The text of `preprocessor_config.json`.
    static let preprocessing = "inkstone.preprocessor_config"
    /// The id of the token whose places are taken by rows of pictures.
    static let imageToken = "inkstone.image_token_id"
  }

  /// The text that stands for a picture where a file does not say the token's id.
  private static let imageToken = "<image>"
  private static let prefix = "clip.vision"

  /// The model that a file of each kind describes.
  ///
  /// - Throws: `unsupported` for a projector that is not computed; `invalidConfiguration` when the two files do not
  ///   belong together.
  static func spec(
    _ projector: GGUFModel, text: GGUFModel, decoder: DecoderSpec
  ) throws(ModelLoadError) -> (spec: VisionLanguageSpec, projector: ProjectorSpec, storedLayers: Int) {
    let metadata = projector.metadata
    try requireProjector(metadata)
    var vision = try VisionSpec.clip(try configuration(metadata))
    let storedLayers = vision.layers.count
    let width = try reading { () throws(FormatError) in try metadata.int(for: "\(prefix).projection_dim") }
    // Older files have the width of CLIP's own projection there, so the matrix is what counts.
    let rows = projector.info("mm.2.weight")?.shape.array.first ?? width
    guard rows == decoder.width else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(projector.path): mm.2.weight",
        expected: "\(decoder.width) rows, the width of \(text.path)", found: "\(rows)",
        hint: "The files belong to different models.")
    }
    let layers = try layers(metadata, count: storedLayers)
    let settings = ProjectorSpec(layers: layers, rows: .patches, activation: .geluErf, bias: .present)
    vision.layers = Array(vision.layers.prefix(layers.max() ?? 0))
    vision.outputNorm = nil
    let token = try imageToken(metadata, text, vocabulary: decoder.vocabulary)
    return (
      VisionLanguageSpec(vision: vision, connector: .projector(settings), decoder: decoder, imageToken: token),
      settings, storedLayers
    )
  }

  private static func reading<Value>(_ body: () throws(FormatError) -> Value) throws(ModelLoadError) -> Value {
    do { return try body() } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
  }

  private static func requireProjector(_ metadata: GGUFMetadata) throws(ModelLoadError) {
    let architecture = try reading { () throws(FormatError) in try metadata.string(for: "general.architecture") }
    guard architecture == "clip" else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(metadata.path): general.architecture", expected: "clip",
        found: ModelLoadError.quoted(architecture), hint: "This is no file that reads pictures (mmproj).")
    }
    let key = metadata.contains("clip.vision.projector_type") ? "clip.vision.projector_type" : "clip.projector_type"
    // The first files had no such key and one kind of projector.
    guard metadata.contains(key) else { return }
    let kind = try reading { () throws(FormatError) in try metadata.string(for: key) }
    guard kind == "mlp" else {
      throw ModelLoadError(
        .unsupported, context: "\(metadata.path): \(key)", expected: "mlp, the projector of LLaVA 1.5",
        found: ModelLoadError.quoted(kind))
    }
  }

  /// The tower's settings under the keys of `vision_config`.
  private static func configuration(_ metadata: GGUFMetadata) throws(ModelLoadError) -> ModelConfiguration {
    var object = JSONObject()
    let keys = [
      ("hidden_size", "embedding_length"), ("intermediate_size", "feed_forward_length"),
      ("num_hidden_layers", "block_count"), ("num_attention_heads", "attention.head_count"),
      ("image_size", "image_size"), ("patch_size", "patch_size"),
    ]
    for (name, key) in keys {
      let number = try reading { () throws(FormatError) in try metadata.int(for: "\(prefix).\(key)") }
      object[name] = .number(String(number))
    }
    let epsilon = try reading { () throws(FormatError) in
      try metadata.double(for: "\(prefix).attention.layer_norm_epsilon")
    }
    object["layer_norm_eps"] = .number(String(Float(epsilon)))
    var activation = "quick_gelu"
    for (key, name) in [("clip.use_gelu", "gelu"), ("clip.use_silu", "silu")] where metadata.contains(key) {
      if try reading({ () throws(FormatError) in try metadata.bool(for: key) }) { activation = name }
    }
    object["hidden_act"] = .string(activation)
    return ModelConfiguration(JSONNode(value: .object(object), path: "clip.vision", file: metadata.path))
  }

  /// The states that are taken; without a key the one before the last layer.
  private static func layers(_ metadata: GGUFMetadata, count: Int) throws(ModelLoadError) -> [Int] {
    let key = "\(prefix).feature_layer"
    guard metadata.contains(key) else { return [max(count - 1, 0)] }
    let layers = try reading { () throws(FormatError) in try metadata.ints(for: key) }
    guard (1...64).contains(layers.count), layers.allSatisfy({ (0...count).contains($0) }) else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(metadata.path): \(key)", expected: "1 to 64 states of \(count) layers",
        found: "\(layers.prefix(8))")
    }
    return layers
  }

  private static func imageToken(
    _ metadata: GGUFMetadata, _ text: GGUFModel, vocabulary: Int
  ) throws(ModelLoadError) -> Int32 {
    var id: Int?
    if metadata.contains(OwnKey.imageToken) {
      id = try reading { () throws(FormatError) in try metadata.int(for: OwnKey.imageToken) }
    } else {
      let tokens = try reading { () throws(FormatError) in try text.metadata.strings(for: "tokenizer.ggml.tokens") }
      id = (0..<tokens.count).last { tokens[$0] == imageToken }
    }
    guard let id, id >= 0, id < vocabulary else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(text.path): tokenizer.ggml.tokens",
        expected: "the token \(imageToken), an id below \(vocabulary)", found: id.map { "\($0)" } ?? "no such token")
    }
    return Int32(id)
  }
}
