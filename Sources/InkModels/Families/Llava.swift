public import InkFormats
import InkTensor

/// LLaVA: CLIP's vision transformer, a projector of two layers, and any decoder of this library (Liu et al., 2023).
public enum Llava {
  public static let modelTypes = ["llava"]

  /// The model that a configuration describes.
  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> VisionLanguageSpec {
    guard let vision = try configuration.section("vision_config") else {
      throw ModelLoadError(
        .invalidConfiguration, context: "vision_config", expected: "the vision tower's section", found: "nothing")
    }
    let tower = try vision.text("model_type") ?? "clip_vision_model"
    guard tower == "clip_vision_model" else {
      throw ModelLoadError(
        .unsupported, context: "vision_config.model_type", expected: "clip_vision_model",
        found: ModelLoadError.quoted(tower))
    }
    let text = try textConfiguration(configuration)
    let decoder = try family(text).spec(text)
    let token = try configuration.positive(
      configuration.node["image_token_index"].ifPresent == nil ? "image_token_id" : "image_token_index",
      default: 32_000)
    guard token < decoder.vocabulary else {
      throw ModelLoadError(
        .invalidConfiguration, context: "image_token_index", expected: "an id below \(decoder.vocabulary)",
        found: "\(token)")
    }
    var visionSpec = try VisionSpec.clip(vision)
    let projector = try projector(configuration, layerCount: visionSpec.layers.count)
    // What lies behind the last state that is used is not computed.
    visionSpec.layers = Array(visionSpec.layers.prefix(projector.layers.max() ?? 0))
    visionSpec.outputNorm = nil
    return VisionLanguageSpec(
      vision: visionSpec, connector: .projector(projector), decoder: decoder, imageToken: Int32(token))
  }

  /// The decoder's family.
  static func family(_ text: ModelConfiguration) throws(ModelLoadError) -> any ModelFamily.Type {
    try FamilyRegistry.family(modelType: try text.text("model_type") ?? "")
  }

  /// The decoder's section. Published ones leave out what has the value of the first LLaMA; and whether the head is tied
  /// may be said outside.
  static func textConfiguration(_ configuration: ModelConfiguration) throws(ModelLoadError) -> ModelConfiguration {
    var object = JSONObject()
    if let section = try configuration.section("text_config"), case .object(let own)? = section.node.value {
      object = own
    }
    if object["model_type"] == nil { object["model_type"] = .string("llama") }
    if object["model_type"] == .string("llama") {
      let defaults = [
        ("hidden_size", "4096"), ("intermediate_size", "11008"), ("num_hidden_layers", "32"),
        ("num_attention_heads", "32"), ("vocab_size", "32000"), ("max_position_embeddings", "2048"),
        ("rms_norm_eps", "1e-6"),
      ]
      for (key, value) in defaults where object[key] == nil { object[key] = .number(value) }
    }
    if object["tie_word_embeddings"] == nil, try configuration.flag("tie_word_embeddings", default: false) {
      object["tie_word_embeddings"] = .bool(true)
    }
    return ModelConfiguration(JSONNode(value: .object(object), path: "text_config", file: "config.json"))
  }

  private static func projector(
    _ configuration: ModelConfiguration, layerCount: Int
  ) throws(ModelLoadError) -> ProjectorSpec {
    let key = "vision_feature_layer"
    var numbers = [-2.0]
    if let present = configuration.node[key].ifPresent {
      if case .array? = present.value {
        numbers = try configuration.numbers(key) ?? []
      } else {
        numbers = [try configuration.number(key)]
      }
    }
    var layers: [Int] = []
    for number in numbers {
      // Negative numbers count from the end; there is a state before the first block too.
      guard let whole = Int(exactly: number), whole >= -layerCount - 1, whole <= layerCount else {
        throw ModelLoadError(
          .invalidConfiguration, context: key, expected: "a state of \(layerCount) layers", found: "\(number)")
      }
      layers.append(whole < 0 ? layerCount + 1 + whole : whole)
    }
    guard (1...64).contains(layers.count) else {
      throw ModelLoadError(
        .invalidConfiguration, context: key, expected: "1 to 64 states", found: "\(layers.count)")
    }
    let strategy = try configuration.text("vision_feature_select_strategy") ?? "default"
    let rows: ProjectorSpec.Rows
    switch strategy {
    case "default": rows = .patches
    case "full": rows = .all
    default:
      throw ModelLoadError(
        .unsupported, context: "vision_feature_select_strategy", expected: "default or full",
        found: ModelLoadError.quoted(strategy))
    }
    return ProjectorSpec(
      layers: layers, rows: rows, activation: try configuration.activation("projector_hidden_act", default: .geluErf),
      bias: try configuration.flag("multimodal_projector_bias", default: true) ? .present : .none)
  }

  /// The names of the vision tower and the projector; those of the decoder are its family's.
  ///
  /// - Parameter storedLayers: the layers of the tower in the file.
  public static func huggingFaceWeights(_ spec: VisionLanguageSpec, storedLayers: Int) -> WeightMap {
    WeightMap(
      ["vision_tower.vision_model.", "vision_tower."].flatMap {
        WeightMap.clipVision($0, spec.vision, storedLayers: storedLayers, to: "vision.")
      } + [
        .rename(
          "multi_modal_projector.{linear_1,linear_2}.{weight,bias}", to: "projector.{first,second}.{weight,bias}")
      ])
  }

  /// The parts of a checkpoint: the decoder's tensors under the names of its own family, and the others.
  ///
  /// Both orders of names occur, `language_model.model.` of published files and `model.language_model.` of newer ones.
  static func parts(_ source: any TensorSource) -> (decoder: RenamedTensors, vision: RenamedTensors) {
    var decoder: [(String, String)] = []
    var vision: [(String, String)] = []
    for name in source.tensorNames {
      if name.hasPrefix("language_model.") {
        decoder.append((String(name.dropFirst("language_model.".count)), name))
      } else if name.hasPrefix("model.language_model.") {
        decoder.append(("model." + name.dropFirst("model.language_model.".count), name))
      } else if name == "lm_head.weight" {
        decoder.append((name, name))
      } else {
        vision.append((name.hasPrefix("model.") ? String(name.dropFirst("model.".count)) : name, name))
      }
    }
    return (RenamedTensors(source, names: decoder), RenamedTensors(source, names: vision))
  }
}
