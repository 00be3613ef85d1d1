import InkFormats
import InkNN
import InkTensor

/// A GGUF file with an encoder into a folder in Hugging Face layout.
struct EncoderImport {
  private let model: GGUFModel
  private let conversion: ModelConversion

  init(_ model: GGUFModel, _ conversion: ModelConversion) {
    self.model = model
    self.conversion = conversion
  }

  func run(to destination: String) throws(ModelLoadError) -> ConversionReport {
    let file = try EncoderForm.file(model)
    let (form, change) = file.inFolder(model.metadata)
    var report = ConversionReport()
    let weights: MappedWeights
    do throws(FormatError) {
      let loaded = try file.fileWeights.load(model)
      try loaded.requireComplete()
      report.dropped = loaded.dropped
      weights = try form.checkpointWeights.exporting(RearrangedEncoder(loaded, change))
    } catch { throw ModelLoadError(error) }
    let plans = try conversion.type.folderPlans(weights.names) { (name) throws(FormatError) in try weights.stored(name)
    }
    report.note(plans)
    let settings = try EncoderConfiguration(form, model.metadata).object(types: plans.map(\.info))
    return try write(plans, settings, form, to: destination, report)
  }

  private func write(
    _ plans: [PlannedTensor], _ settings: JSONObject, _ form: EncoderForm, to destination: String,
    _ made: ConversionReport
  ) throws(ModelLoadError) -> ConversionReport {
    var report = made
    let sentence = try sentence(form)
    let output = try convertingFiles { () throws(FormatError) in
      let output = try ExportFolder(destination)
      try output.write(settings, to: "config.json")
      if let sentence { try SentenceFiles(sentence, width: form.encoder.width).write(into: output) }
      report.remarks += try EncoderTokenizer.writeFiles(
        of: model.metadata, into: output, contextLength: form.encoder.contextLength)
      let written = try SafetensorsWriter(sharding: conversion.folderSharding).write(plans, intoFolder: output.path)
      try written.digests.check(try output.safetensors())
      return output
    }
    let again = try convertingFiles { () throws(FormatError) in
      (ModelConfiguration(try ModelFolder.open(output.path).config), try output.safetensors())
    }
    try form.compare(with: try EncoderForm.checkpoint(again.0, stored: again.1), destination)
    report.files = try convertingFiles { () throws(FormatError) in try output.finish().entries.map(\.name) }
    return report
  }

  /// How vectors are made, where the file says.
  private func sentence(_ form: EncoderForm) throws(ModelLoadError) -> SentenceSpec? {
    guard case .encoder(_, let spec) = form, spec.outputs.classifier == nil,
      let architecture = model.metadata["general.architecture"], case .string(let name) = architecture,
      model.metadata.contains("\(name).pooling_type")
    else { return nil }
    var sentence = try SentenceSpec.load(model)
    sentence.maximumTokens = spec.contextLength
    return sentence
  }
}
