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
    try GGUFOutput.requireNew(path)
    let source = try folder.openDecoded()
    let checkpoint = try EncoderForm.checkpoint(ModelConfiguration(folder.config), stored: source)
    let (form, change) = try checkpoint.inFile()
    var report = ConversionReport()
    let weights: MappedWeights
    do throws(FormatError) {
      let model = try checkpoint.checkpointWeights.load(source)
      try model.requireComplete()
      let rearranged = RearrangedEncoder(model, change)
      report.dropped = model.dropped + rearranged.leftOut
      weights = try form.fileWeights.exporting(rearranged)
    } catch { throw ModelLoadError(error) }
    var description = try EncoderDescription(
      form, sentence: try sentence(&report), name: StoredName.last(folder.path))
    try addTokenizer(to: &description, form.encoder, &report)
    let plans = try plans(weights, description, &report)
    var metadata = description.metadata
    metadata.addTypes(conversion.type, plans)
    let output = GGUFOutput(plans, metadata, to: path, conversion.fileSharding)
    report.files = try output.write { (model) throws(ModelLoadError) in
      try form.compare(with: try EncoderForm.file(model), path)
    }
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
    _ weights: MappedWeights, _ description: EncoderDescription, _ report: inout ConversionReport
  ) throws(ModelLoadError) -> [PlannedTensor] {
    var plans: [PlannedTensor] = []
    let types = TensorTypes(conversion.type, description.metadata, weights.names)
    let threads = ThreadPool(threads: conversion.threads)
    for name in weights.names {
      let info = try convertingFiles { () throws(FormatError) in try weights.stored(name).info }
      let choice = types.choice(info)
      if choice.meant != nil { report.widened.append(.init(name: name, type: "\(choice.type)")) }
      plans.append(
        try convertingFiles { () throws(FormatError) in
          try PlannedTensor(name: name, info, as: choice.type, on: threads) { () throws(FormatError) in
            try weights.stored(name)
          }
        })
    }
    report.note(plans)
    return plans
  }

  private func addTokenizer(
    to description: inout EncoderDescription, _ encoder: EncoderSpec, _ report: inout ConversionReport
  ) throws(ModelLoadError) {
    guard let path = folder.tokenizerFile(.tokenizerJSON) else {
      let arrays = try conversion.arrays(of: folder, rows: encoder.vocabulary)
      report.remarks += arrays.remarks
      let kinds = arrays.entries.isEmpty ? [] : EncoderVocabulary.kinds(encoder.embedding.tokenTypes)
      for (key, value) in arrays.entries + kinds { description.add("tokenizer.ggml.\(key)", value) }
      return
    }
    let entries = try convertingFiles { () throws(FormatError) -> [(key: String, value: GGUFValue)] in
      // RoBERTa cuts text as GPT-2 does.
      if try JSONDocument.open(path, limit: GGUFTokenizer.maximumByteCount).root["model"]["type"].ifPresent?.string
        == "BPE"
      {
        let entries = try GGUFTokenizer(path: path, folder: folder, vocabulary: encoder.vocabulary).entries()
        return entries + EncoderVocabulary.kinds(encoder.embedding.tokenTypes)
      }
      let vocabulary = try EncoderVocabulary(path: path, rows: encoder.vocabulary)
      report.remarks += vocabulary.remarks
      return try vocabulary.entries(tokenTypes: encoder.embedding.tokenTypes)
    }
    for (key, value) in entries { description.add("tokenizer.ggml.\(key)", value) }
  }
}
