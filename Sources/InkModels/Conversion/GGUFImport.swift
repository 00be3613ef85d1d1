import InkFormats
import InkTensor

/// A GGUF file into a folder in Hugging Face layout.
struct GGUFImport {
  private let path: String
  private let conversion: ModelConversion

  init(_ path: String, _ conversion: ModelConversion) {
    self.path = path
    self.conversion = conversion
  }

  func run(to destination: String) throws(ModelLoadError) -> ConversionReport {
    let model = try convertingFiles { () throws(FormatError) in try GGUFModel.open(path) }
    let architecture = try convertingFiles { () throws(FormatError) in
      try model.metadata.string(for: "general.architecture")
    }
    let reader = try FamilyRegistry.exchange(try FamilyRegistry.family(architecture: architecture), architecture)
    let configuration = try ModelConfiguration(gguf: model)
    let spec = try reader.spec(configuration)
    let family = reader.checkpointFamily(spec, model)
    var report = ConversionReport()
    let weights: MappedWeights
    do throws(FormatError) {
      let decoder = try family.ggufOrigin(spec).load(model)
      try decoder.requireComplete()
      report.dropped = decoder.dropped
      weights = try family.huggingFaceWeights(spec).exporting(ExpertsApart(decoder))
    } catch { throw ModelLoadError(error) }
    let plans = try conversion.type.folderPlans(weights.names) { (name) throws(FormatError) in try weights.stored(name)
    }
    report.note(plans)
    let form = family.checkpointForm(spec).sayingHeadWidth(spec)
    let config = try CheckpointConfiguration(form, configuration, model.metadata).object(types: plans.map(\.info))
    return try write(plans, config, model, family, spec, to: destination, report)
  }

  private func write(
    _ plans: [PlannedTensor], _ config: JSONObject, _ model: GGUFModel, _ family: any GGUFExchange.Type,
    _ spec: DecoderSpec, to destination: String, _ made: ConversionReport
  ) throws(ModelLoadError) -> ConversionReport {
    var report = made
    let output = try convertingFiles { () throws(FormatError) in
      let output = try ExportFolder(destination)
      try output.write(config, to: "config.json")
      report.remarks += try CheckpointTokenizer(model.metadata).write(into: output)
      let written = try SafetensorsWriter(sharding: conversion.folderSharding).write(plans, intoFolder: output.path)
      try written.digests.check(try output.safetensors())
      return output
    }
    let again = try convertingFiles { () throws(FormatError) in
      ModelConfiguration(try ModelFolder.open(output.path).config)
    }
    try SpecCheck.compare(try family.spec(again), with: spec, destination)
    report.files = try convertingFiles { () throws(FormatError) in try output.finish().entries.map(\.name) }
    return report
  }
}
