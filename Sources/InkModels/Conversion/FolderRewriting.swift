import InkFormats
import InkTensor

/// A folder into a folder: other types, other shards, safetensors from whatever was there.
struct FolderRewriting {
  private let folder: ModelFolder
  private let conversion: ModelConversion

  init(_ folder: ModelFolder, _ conversion: ModelConversion) {
    self.folder = folder
    self.conversion = conversion
  }

  func run(to destination: String) throws(ModelLoadError) -> ConversionReport {
    let source = try convertingFiles { () throws(FormatError) in try folder.weights.open() }
    var report = ConversionReport()
    if let file = source as? PyTorchModel {
      let skipped = file.files.flatMap(\.skipped)
      if !skipped.isEmpty { report.remarks.append("not tensors, left out: \(skipped.joined(separator: ", "))") }
    }
    // Weights that keep their type keep their scales too.
    let decoding = conversion.type == .asStored ? .asStored : try ModelConfiguration(folder.config).weightDecoding()
    let weights = DecodedSource(source, decoding)
    report.dropped = weights.dropped
    let plans = try conversion.type.folderPlans(weights.tensorNames) { (name) throws(FormatError) in
      try weights.stored(name)
    }
    report.note(plans)
    return try write(plans, to: destination, report)
  }

  private func write(
    _ plans: [PlannedTensor], to destination: String, _ made: ConversionReport
  ) throws(ModelLoadError) -> ConversionReport {
    var report = made
    return try convertingFiles { () throws(FormatError) in
      let output = try ExportFolder(destination)
      report.uncopiedFiles = try output.copyCompanions(of: folder.path, except: ["config.json"])
      try output.write(config, to: "config.json")
      let written = try SafetensorsWriter(sharding: conversion.folderSharding).write(plans, intoFolder: output.path)
      try written.digests.check(try output.safetensors())
      report.files = try output.finish().entries.map(\.name)
      return report
    }
  }

  /// The configuration with the new type of the weights; scales that were applied are no longer described.
  private var config: JSONObject {
    guard case .object(let object)? = folder.config.value else { return JSONObject() }
    guard case .format(let format) = conversion.type else { return object }
    return object.stating(format)
  }

  /// The name of a type in `config.json`.
  static func torchName(_ format: BlockFormat) -> String {
    switch format {
    case .f16: "float16"
    case .bf16: "bfloat16"
    default: "float32"
    }
  }
}

extension ExportFolder {
  /// The weights that were written.
  func safetensors() throws(FormatError) -> SafetensorsModel {
    do throws(FormatError) { return try SafetensorsModel.open(file("model.safetensors")) } catch {
      return try SafetensorsModel.open(file("model.safetensors.index.json"))
    }
  }
}
