public import InkFormats

extension ImagePreprocessing {
  /// The processors of published models that work in this way.
  private static let processors = [
    "CLIPImageProcessor", "CLIPImageProcessorFast", "CLIPImageProcessorPil", "CLIPFeatureExtractor", "CLIPProcessor",
    "LlavaImageProcessor", "LlavaImageProcessorFast", "LlavaImageProcessorPil", "LlavaProcessor",
  ]
  /// Keys that are read.
  private static let steps: Set<String> = [
    "do_pad", "do_resize", "size", "resample", "do_center_crop", "crop_size", "do_rescale", "rescale_factor",
    "do_normalize", "image_mean", "image_std", "do_convert_rgb",
  ]
  /// Keys that say how a processor is called or what it returns, not what it computes.
  private static let remarks: Set<String> = [
    "image_processor_type", "feature_extractor_type", "processor_class", "_processor_class", "_valid_processor_keys",
    "data_format", "input_data_format", "return_tensors", "device", "disable_grouping", "default_to_square",
    "image_seq_length", "auto_map",
  ]
  /// The statistics of the pictures that CLIP was trained on, which its processor falls back to.
  private static let clipStatistics = Normalization(
    mean: [0.481_454_66, 0.457_827_5, 0.408_210_73], deviation: [0.268_629_54, 0.261_302_58, 0.275_777_11])

  /// What a folder says: `preprocessor_config.json`, or the part of `processor_config.json` that newer ones write; nil
  /// when it has neither.
  public static func load(_ folder: ModelFolder) throws(ModelLoadError) -> ImagePreprocessing? {
    guard let node = try stored(in: folder) else { return nil }
    return try ImagePreprocessing(ModelConfiguration(node))
  }

  /// The settings that a folder has; nil when it has none.
  static func stored(in folder: ModelFolder) throws(ModelLoadError) -> JSONNode? {
    do {
      let own = try folder.document("preprocessor_config.json")
      return if let own { own } else { try folder.document("processor_config.json")?["image_processor"].ifPresent }
    } catch { throw ModelLoadError(error, as: .file) }
  }

  /// Reads a configuration.
  ///
  /// - Throws: `unsupported` for another processor, a key that is not known or a step that is not computed;
  ///   `invalidConfiguration` for values that cannot be right.
  public init(_ configuration: ModelConfiguration) throws(ModelLoadError) {
    var kind = try configuration.text("image_processor_type")
    if kind == nil { kind = try configuration.text("feature_extractor_type") }
    guard let kind, ImagePreprocessing.processors.contains(kind) else {
      throw ModelLoadError(
        .unsupported, context: "image_processor_type",
        expected: "one of \(ImagePreprocessing.processors.joined(separator: ", "))",
        found: kind.map { ModelLoadError.quoted($0) } ?? "nothing")
    }
    try ImagePreprocessing.checkKeys(configuration)
    padding = try configuration.flag("do_pad", default: false) ? .square : .none
    guard padding == .none || kind.hasPrefix("Llava") else {
      throw ModelLoadError(
        .unsupported, context: "do_pad", expected: "padding to a square, which LLaVA's processor does", found: kind)
    }
    scaling =
      try configuration.flag("do_resize", default: true)
      ? ImagePreprocessing.scaling(try configuration.size("size")) : .none
    filter = try ImagePreprocessing.filter(configuration)
    crop = .none
    if try configuration.flag("do_center_crop", default: true) {
      switch try configuration.size("crop_size") {
      case nil: crop = .centre(width: 224, height: 224)
      case .edge(let edge): crop = .centre(width: edge, height: edge)
      case .both(let width, let height): crop = .centre(width: width, height: height)
      }
    }
    factor = 1
    if try configuration.flag("do_rescale", default: true) {
      factor = try configuration.number("rescale_factor", default: 1 / 255)
    }
    normalization =
      try configuration.flag("do_normalize", default: true)
      ? Normalization(
        mean: try configuration.colours("image_mean") ?? ImagePreprocessing.clipStatistics.mean,
        deviation: try configuration.colours("image_std") ?? ImagePreprocessing.clipStatistics.deviation) : nil
    if let zero = normalization?.deviation.first(where: { $0 == 0 }) {
      throw ModelLoadError(
        .invalidConfiguration, context: "image_std", expected: "numbers other than zero", found: "\(zero)")
    }
  }

  private static func checkKeys(_ configuration: ModelConfiguration) throws(ModelLoadError) {
    let members: [(key: String, node: JSONNode)]
    do { members = try configuration.node.members } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
    for (key, node) in members where !steps.contains(key) && !remarks.contains(key) && node.ifPresent != nil {
      throw ModelLoadError(
        .unsupported, context: key, expected: "keys of CLIP's and LLaVA's processors", found: "another one")
    }
  }

  private static func scaling(_ size: ModelConfiguration.ImageSize?) -> Scaling {
    switch size {
    case nil: .shortestEdge(224)
    case .edge(let edge): .shortestEdge(edge)
    case .both(let width, let height): .exact(width: width, height: height)
    }
  }

  private static func filter(_ configuration: ModelConfiguration) throws(ModelLoadError) -> ResampleFilter {
    guard configuration.node["resample"].ifPresent != nil else { return .bicubic }
    let number = try configuration.number("resample")
    guard let whole = Int(exactly: number), let filter = ResampleFilter(rawValue: whole) else {
      throw ModelLoadError(
        .unsupported, context: "resample", expected: "1 (Lanczos), 2 (bilinear), 3 (bicubic), 4 (box) or 5 (Hamming)",
        found: "\(number)")
    }
    return filter
  }
}

extension ModelConfiguration {
  /// A size as processors write it: one number, or an object.
  enum ImageSize {
    case edge(Int)
    case both(width: Int, height: Int)
  }

  /// The size under a key; nil when it is absent.
  func size(_ key: String) throws(ModelLoadError) -> ImageSize? {
    guard let present = node[key].ifPresent else { return nil }
    guard case .object? = present.value, let section = try section(key) else { return .edge(try edge(key)) }
    let members: [(key: String, node: JSONNode)]
    do { members = try present.members } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
    let names = Set(members.filter { $0.node.ifPresent != nil }.map(\.key))
    switch names {
    case ["shortest_edge"]: return .edge(try section.edge("shortest_edge"))
    case ["height", "width"]: return .both(width: try section.edge("width"), height: try section.edge("height"))
    default:
      throw ModelLoadError(
        .unsupported, context: key, expected: "shortest_edge, or height and width",
        found: names.sorted().prefix(4).map { ModelLoadError.quoted($0) }.joined(separator: ", "))
    }
  }

  /// A length in pixels.
  private func edge(_ key: String) throws(ModelLoadError) -> Int {
    let edge = try positive(key)
    guard edge <= 1 << 14 else {
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "at most 16384 pixels", found: "\(edge)")
    }
    return edge
  }

  /// Three numbers, or one for all three colours; nil when the key is absent.
  fileprivate func colours(_ key: String) throws(ModelLoadError) -> [Float]? {
    guard let present = node[key].ifPresent else { return nil }
    if case .number? = present.value { return Array(repeating: Float(try number(key)), count: 3) }
    let numbers = try numbers(key) ?? []
    let colours = numbers.map { Float($0) }
    guard colours.count == 3, colours.allSatisfy(\.isFinite) else {
      throw ModelLoadError(
        .invalidConfiguration, context: key, expected: "a number for red, green and blue", found: "\(numbers.count)")
    }
    return colours
  }
}
