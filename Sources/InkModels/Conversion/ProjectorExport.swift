import InkFormats
import InkTensor

/// What of a LLaVA folder reads pictures as a GGUF file of llama.cpp's architecture `clip`.
struct ProjectorExport {
  private let folder: ModelFolder
  private let conversion: ModelConversion
  private let spec: VisionLanguageSpec
  private let projector: ProjectorSpec

  /// - Throws: `unsupported` for a connector or a setting that llama.cpp has no words for.
  init(_ folder: ModelFolder, _ spec: VisionLanguageSpec, _ conversion: ModelConversion) throws(ModelLoadError) {
    self.folder = folder
    self.conversion = conversion
    self.spec = spec
    let found: String
    switch spec.connector {
    case .projector(let settings):
      projector = settings
      if settings.rows == .patches, settings.activation == .geluErf, settings.bias == .present { return }
      found = "a projector with the row of the whole, with another activation or without biases"
    case .queryTokens: found = "query tokens"
    }
    throw ModelLoadError(
      .unsupported, context: "conversion to GGUF (mmproj)",
      expected: "LLaVA's projector: rows of patches, GELU, biases", found: found)
  }

  /// Writes the file.
  ///
  /// - Parameter vision: the folder's tensors without those of the language model.
  func run(
    _ vision: any TensorSource, storedLayers: Int, text: GGUFModel, to path: String
  ) throws(ModelLoadError) -> ConversionReport {
    var report = ConversionReport()
    let weights: MappedWeights
    do {
      let model = try Llava.huggingFaceWeights(spec, storedLayers: storedLayers).load(vision)
      try model.requireComplete()
      report.dropped = model.dropped
      weights = try WeightMap.clipGGUF(spec.vision, storedLayers: 0).exporting(StoredWeights(model))
    } catch { throw ModelLoadError(error) }
    let type = plainType
    let metadata = try metadata(type)
    let types = TensorTypes(type, metadata, weights.names)
    let threads = ThreadPool(threads: conversion.threads)
    var plans: [PlannedTensor] = []
    for name in weights.names {
      let info = try convertingFiles { () throws(FormatError) in try weights.stored(name).info }
      plans.append(
        try convertingFiles { () throws(FormatError) in
          try PlannedTensor(name: name, info, as: types.choice(info).type, on: threads) { () throws(FormatError) in
            try weights.stored(name)
          }
        })
    }
    report.note(plans)
    if type != conversion.type { report.remarks.append("what reads pictures is not packed: it is kept as f16") }
    let wanted = spec
    report.files = try GGUFOutput(plans, metadata, to: path, .single).write { (model) throws(ModelLoadError) in
      let found = try Llava.spec(model, text: text, decoder: wanted.decoder).spec
      guard found == wanted else {
        throw ModelLoadError(
          .unsupported, context: path, expected: "the same model in both kinds of file", found: "another setting",
          hint: "This kind of file has no words for a setting of the configuration.")
      }
    }
    return report
  }

  /// Towers are small and lose more by packing.
  private var plainType: ConvertedType {
    switch conversion.type {
    case .asStored: .asStored
    case .format(let format): format.dtype == nil ? .format(.f16) : conversion.type
    case .mix: .format(.f16)
    }
  }

  private func metadata(_ type: ConvertedType) throws(ModelLoadError) -> GGUFMetadata {
    var metadata = GGUFMetadata(path: StoredName.last(folder.path))
    metadata["general.architecture"] = .string("clip")
    metadata["general.type"] = .string("mmproj")
    metadata["general.name"] = .string(StoredName.last(folder.path))
    if let number = type.fileType { metadata["general.file_type"] = .uint32(number) }
    metadata["clip.has_vision_encoder"] = .bool(true)
    metadata["clip.projector_type"] = .string("mlp")
    try describeTower(&metadata)
    metadata[Llava.OwnKey.imageToken] = .uint32(UInt32(clamping: spec.imageToken))
    guard let node = try ImagePreprocessing.stored(in: folder), let value = node.value else {
      throw ModelLoadError(
        .file, context: folder.path, expected: "preprocessor_config.json, which says how pictures are scaled",
        found: "no such file", hint: "Copy it from where the model was published.")
    }
    let preprocessing = try ImagePreprocessing(ModelConfiguration(node))
    let statistics = preprocessing.normalization
    metadata["clip.vision.image_mean"] = .array(.float32(statistics?.mean ?? [0, 0, 0]))
    metadata["clip.vision.image_std"] = .array(.float32(statistics?.deviation ?? [1, 1, 1]))
    let text = String(decoding: JSONWriter.bytes(value, layout: .compact), as: UTF8.self)
    metadata[Llava.OwnKey.preprocessing] = .string(text)
    return metadata
  }

  private func describeTower(_ metadata: inout GGUFMetadata) throws(ModelLoadError) {
    let vision = spec.vision
    guard let layer = vision.layers.first, case .plain(let activation, let width, _) = layer.feedForward,
      case .layer(let epsilon, _) = layer.norm
    else {
      throw ModelLoadError(.unsupported, context: "conversion to GGUF (mmproj)", found: "a tower without layers")
    }
    switch activation {
    case .quickGELU: metadata["clip.use_gelu"] = .bool(false)
    case .geluErf: metadata["clip.use_gelu"] = .bool(true)
    case .silu: metadata["clip.use_silu"] = .bool(true)
    case .geluTanh, .relu:
      throw ModelLoadError(
        .unsupported, context: "conversion to GGUF (mmproj)", expected: "quick_gelu, gelu or silu",
        found: "\(activation)")
    }
    let numbers = [
      ("image_size", vision.imageSize), ("patch_size", vision.patchSize), ("embedding_length", vision.width),
      ("feed_forward_length", width), ("block_count", vision.layers.count),
      ("attention.head_count", layer.attention.heads), ("projection_dim", spec.decoder.width),
    ]
    for (key, number) in numbers { metadata["clip.vision.\(key)"] = .uint32(UInt32(clamping: number)) }
    metadata["clip.vision.attention.layer_norm_epsilon"] = .float32(epsilon)
    metadata["clip.vision.feature_layer"] = .array(.int32(projector.layers.map { Int32(clamping: $0) }))
  }
}

/// Tensors of a map as a source of another one.
private struct StoredWeights: TensorSource {
  private let weights: MappedWeights

  init(_ weights: MappedWeights) { self.weights = weights }

  var path: String { weights.path }
  var tensorNames: [String] { weights.names }

  func contains(_ name: String) -> Bool { weights.contains(name) }

  func find(_ name: String) -> StoredTensor? { try? weights.stored(name) }

  func stored(_ name: String) throws(FormatError) -> StoredTensor { try weights.stored(name) }
}
