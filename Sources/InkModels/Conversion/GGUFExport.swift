import InkFormats
import InkTensor

/// A folder into a GGUF file.
struct GGUFExport {
  private let folder: ModelFolder
  private let conversion: ModelConversion
  private let configuration: ModelConfiguration
  /// The tensors; those of the folder when it is nil.
  private let tensors: (any TensorSource)?

  /// Those under which llama.cpp applies the windows of layers.
  private static let architecturesWithWindows = ["gemma2", "gemma3"]

  init(_ folder: ModelFolder, _ conversion: ModelConversion) {
    self.folder = folder
    self.conversion = conversion
    configuration = ModelConfiguration(folder.config)
    tensors = nil
  }

  /// Only the language model of a folder that holds more.
  init(
    _ folder: ModelFolder, _ conversion: ModelConversion, _ configuration: ModelConfiguration,
    _ tensors: any TensorSource
  ) {
    self.folder = folder
    self.conversion = conversion
    self.configuration = configuration
    self.tensors = tensors
  }

  func run(to path: String) throws(ModelLoadError) -> ConversionReport {
    try GGUFOutput.requireNew(path)
    let modelType = try configuration.text("model_type") ?? ""
    let family = try FamilyRegistry.exchange(try FamilyRegistry.family(modelType: modelType), modelType)
    var spec = try family.spec(configuration)
    try GGUFDescription.requireWords(for: spec)
    var report = ConversionReport()
    if let unread = family.unreadByLlamaCpp(spec) {
      report.remarks.append(
        "llama.cpp has no \(unread) under the architecture \(family.architecture(spec)) and will refuse the file")
    }
    if let context = spec.endAtTrainedContext() {
      report.remarks.append(
        "no file says how positions turn beyond \(context) tokens (dynamic NTK), so the context of this one ends there")
    }
    let weights = try weights(family, &spec, &report)
    report.remarks += family.ggufRemarks(spec)
    var description = try GGUFDescription(family, spec, configuration, name: StoredName.last(folder.path))
    try addTokenizer(to: &description, spec, &report)
    let windows = spec.layers.compactMap { if case .last(let window) = $0.mixer.window { window } else { nil } }
    if let window = windows.min(), !Self.architecturesWithWindows.contains(family.architecture(spec)) {
      report.remarks.append(
        "llama.cpp applies no window under the architecture \(family.architecture(spec)); beyond \(window) tokens its "
          + "results differ")
    }
    let plans = try plans(weights, description, &report)
    var metadata = description.metadata
    metadata.addTypes(conversion.type, plans)
    let output = GGUFOutput(plans, metadata, to: path, conversion.fileSharding)
    report.files = try output.write { (model) throws(ModelLoadError) in
      let reader = try FamilyRegistry.family(architecture: family.architecture(spec))
      try SpecCheck.compare(try reader.spec(try ModelConfiguration(gguf: model)), with: family.ggufSpec(spec), path)
    }
    return report
  }

  /// The checkpoint's tensors under the names and in the layout of GGUF.
  private func weights(
    _ family: any GGUFExchange.Type, _ spec: inout DecoderSpec, _ report: inout ConversionReport
  ) throws(ModelLoadError) -> MappedWeights {
    let decoding = try configuration.weightDecoding()
    do throws(FormatError) {
      let source = if let tensors { tensors } else { try folder.weights.open() }
      let model = try family.huggingFaceWeights(spec).load(source, decoding: decoding)
      try model.requireComplete()
      report.dropped = model.dropped
      // Checkpoints may count layers that predict ahead and leave their weights out.
      if !model.names.contains(where: PredictionWeights.isNamed) { spec.predictionLayers = 0 }
      return try family.ggufCheckpoint(spec).exporting(ExpertsApart(model))
    } catch { throw ModelLoadError(error) }
  }

  private func plans(
    _ weights: MappedWeights, _ description: GGUFDescription, _ report: inout ConversionReport
  ) throws(ModelLoadError) -> [PlannedTensor] {
    var plans = description.tensors.map { PlannedTensor($0) }
    let types = TensorTypes(conversion.type, description.metadata, weights.names)
    let hasUnitRows = description.spec.head.weight == .normalizedRows
    if hasUnitRows { report.remarks.append("the rows of the output are written with length one, as they are used") }
    let threads = ThreadPool(threads: conversion.threads)
    for name in weights.names {
      let info = try convertingFiles { () throws(FormatError) in try weights.stored(name).info }
      let choice = types.choice(info)
      if choice.meant != nil { report.widened.append(.init(name: name, type: "\(choice.type)")) }
      plans.append(
        try convertingFiles { () throws(FormatError) in
          try PlannedTensor(
            name: name, info, as: choice.type, on: threads,
            scaling: hasUnitRows && name == "output.weight" ? .unitLength : .none
          ) { () throws(FormatError) in try weights.stored(name) }
        })
    }
    report.note(plans)
    return plans
  }

  private func addTokenizer(
    to description: inout GGUFDescription, _ spec: DecoderSpec, _ report: inout ConversionReport
  ) throws(ModelLoadError) {
    for template in folder.chatTemplates {
      let key = "tokenizer.chat_template" + (template.name == "default" ? "" : ".\(template.name)")
      description.add(key, .string(template.source))
    }
    let names = folder.chatTemplates.map(\.name).filter { $0 != "default" }
    if !names.isEmpty {
      description.add("tokenizer.chat_templates", .array(.strings(GGUFStringArray(names))))
    }
    guard let path = folder.tokenizerFile(.tokenizerJSON) else {
      let arrays = try conversion.arrays(of: folder, rows: spec.vocabulary)
      report.remarks += arrays.remarks
      for (key, value) in arrays.entries { description.add("tokenizer.ggml.\(key)", value) }
      return
    }
    let tokenizer = try convertingFiles { () throws(FormatError) in
      try GGUFTokenizer(path: path, folder: folder, vocabulary: spec.vocabulary)
    }
    report.remarks += try convertingFiles { () throws(FormatError) in try tokenizer.remarks() }
    let entries = try convertingFiles { () throws(FormatError) in try tokenizer.entries() }
    for (key, value) in entries { description.add("tokenizer.ggml.\(key)", value) }
  }
}

/// The last part of a path, as the name of a model.
enum StoredName {
  static func last(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// Compares the model that new files describe with the one that was to be written.
enum SpecCheck {
  static func compare(_ found: DecoderSpec, with wanted: DecoderSpec, _ path: String) throws(ModelLoadError) {
    let (found, wanted) = (found.comparable, wanted.comparable)
    guard found != wanted else { return }
    let difference = wanted.difference(from: found)
    throw ModelLoadError(
      .unsupported, context: path,
      expected: difference.map { "\($0.place): \($0.value)" } ?? "the same model in both kinds of file",
      found: difference.map { "what this kind of file can say: \($0.other)" } ?? "another one",
      hint: "This kind of file has no words for a setting of the configuration.")
  }
}

extension GGUFMetadata {
  /// Says which type the weights mostly have, and the version of the block formats when there are any.
  mutating func addTypes(_ type: ConvertedType, _ plans: [PlannedTensor]) {
    if let number = type.fileType { self["general.file_type"] = .uint32(number) }
    let isPacked = plans.contains { if case .packed = $0.info.type { true } else { false } }
    if isPacked { self["general.quantization_version"] = .uint32(2) }
  }
}
