import InkFormats
import InkTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder with an encoder into a GGUF file.
struct EncoderExport {
  private let folder: ModelFolder
  private let conversion: ModelConversion

  init(_ folder: ModelFolder, _ conversion: ModelConversion) {
    self.folder = folder
    self.conversion = conversion
  }

  func run(to path: String) throws(ModelLoadError) -> ConversionReport {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw ModelLoadError(
        .file, context: path, expected: "a new file", found: "one that is there already",
        hint: "Name another file, or remove this one.")
    }
    let source = try convertingFiles { () throws(FormatError) in try folder.weights.open() }
    let configuration = ModelConfiguration(folder.config)
    let checkpoint = try EncoderForm.checkpoint(configuration, stored: source)
    let (form, change) = try checkpoint.inFile()
    var report = ConversionReport()
    let weights: MappedWeights
    do throws(FormatError) {
      let decoding: WeightDecoding = .asStored
      let model = try checkpoint.checkpointWeights.load(source, decoding: decoding)
      try model.requireComplete()
      let rearranged = RearrangedEncoder(model, change)
      report.dropped = model.dropped + rearranged.leftOut
      weights = try form.fileWeights.exporting(rearranged)
    } catch { throw ModelLoadError(error) }
    var description = try EncoderDescription(
      form, sentence: try sentence(&report), name: StoredName.last(folder.path))
    try addTokenizer(to: &description, form.encoder, &report)
    let plans = try plans(weights, &report)
    addTypes(to: &description, plans)
    let metadata = description.metadata
    let digests = try convertingFiles { () throws(FormatError) in
      try GGUFWriter(metadata: metadata).write(plans, to: path)
    }
    do throws(ModelLoadError) { try check(path, form, digests, metadata) } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
    report.files = [path]
    return report
  }

  /// How vectors are made, where the folder is one of Sentence Transformers.
  private func sentence(_ report: inout ConversionReport) throws(ModelLoadError) -> SentenceSpec? {
    guard FileManager.default.fileExists(atPath: "\(folder.path)/modules.json") else { return nil }
    let spec = try SentenceSpec.load(folder)
    report.remarks += try spec.remarksForGGUF()
    return spec
  }

  private func plans(
    _ weights: MappedWeights, _ report: inout ConversionReport
  ) throws(ModelLoadError) -> [PlannedTensor] {
    var plans: [PlannedTensor] = []
    for name in weights.names {
      let info = try convertingFiles { () throws(FormatError) in try weights.stored(name).info }
      let type = conversion.type.ggufType(info)
      if case .format(let format) = conversion.type, format.dtype == nil, type == .dense(.f16) {
        report.widened.append("\(name): F16")
      }
      plans.append(
        try convertingFiles { () throws(FormatError) in
          try PlannedTensor(name: name, info, as: type) { () throws(FormatError) in try weights.stored(name) }
        })
    }
    report.note(plans)
    return plans
  }

  private func addTypes(to description: inout EncoderDescription, _ plans: [PlannedTensor]) {
    if let number = conversion.type.fileType { description.add("general.file_type", .uint32(number)) }
    let isPacked = plans.contains { if case .packed = $0.info.type { true } else { false } }
    if isPacked { description.add("general.quantization_version", .uint32(2)) }
  }

  private func addTokenizer(
    to description: inout EncoderDescription, _ encoder: EncoderSpec, _ report: inout ConversionReport
  ) throws(ModelLoadError) {
    guard let path = folder.tokenizerFile(.tokenizerJSON) else {
      let found = folder.tokenizerFiles.map(\.kind.rawValue).joined(separator: ", ")
      report.remarks.append(
        "no tokenizer.json, so the file has no tokenizer" + (found.isEmpty ? "" : " (there is \(found))"))
      return
    }
    let entries = try convertingFiles { () throws(FormatError) -> [(key: String, value: GGUFValue)] in
      // RoBERTa cuts text as GPT-2 does.
      if try JSONDocument.open(path, limit: GGUFTokenizer.maximumByteCount).root["model"]["type"].ifPresent?.string
        == "BPE"
      {
        return try GGUFTokenizer(path: path, folder: folder, vocabulary: encoder.vocabulary).entries()
      }
      let vocabulary = try EncoderVocabulary(path: path, rows: encoder.vocabulary)
      report.remarks += vocabulary.remarks
      return try vocabulary.entries(tokenTypes: encoder.embedding.tokenTypes)
    }
    for (key, value) in entries { description.add("tokenizer.ggml.\(key)", value) }
  }

  /// Reads the file back: metadata, tensors, and the model that they describe.
  private func check(
    _ path: String, _ form: EncoderForm, _ digests: TensorDigests, _ metadata: GGUFMetadata
  ) throws(ModelLoadError) {
    let model = try convertingFiles { () throws(FormatError) in
      let model = try GGUFModel.open(path)
      try digests.check(model)
      return model
    }
    for key in metadata.keys where model.metadata[key] != metadata[key] {
      throw ModelLoadError(.file, context: "\(path): metadata \(key)", found: "another value than was written")
    }
    try form.compare(with: try EncoderForm.file(model), path)
  }
}
