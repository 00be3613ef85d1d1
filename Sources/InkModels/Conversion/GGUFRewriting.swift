import InkFormats
import InkTensor

/// A GGUF file into a GGUF file: other types, other shards. The metadata stays as it is, whatever the model.
struct GGUFRewriting {
  private let path: String
  private let conversion: ModelConversion

  init(_ path: String, _ conversion: ModelConversion) {
    self.path = path
    self.conversion = conversion
  }

  func run(to destination: String) throws(ModelLoadError) -> ConversionReport {
    try GGUFOutput.requireNew(destination)
    let model = try convertingFiles { () throws(FormatError) in try GGUFModel.open(path) }
    var report = ConversionReport()
    let types = TensorTypes(conversion.type, model.metadata, model.tensorNames)
    let threads = ThreadPool(threads: conversion.threads)
    var plans: [PlannedTensor] = []
    var fromPacked = 0
    for name in model.tensorNames {
      let stored = try convertingFiles { () throws(FormatError) in try model.stored(name) }
      let choice =
        GGUFRewriting.keeps(stored.info, conversion.type)
        ? (type: stored.type, meant: nil) : types.choice(stored.info)
      if choice.meant != nil { report.widened.append(.init(name: name, type: "\(choice.type)")) }
      if case .packed = stored.type, case .packed = choice.type, choice.type != stored.type { fromPacked += 1 }
      plans.append(
        try convertingFiles { () throws(FormatError) in
          try PlannedTensor(name: name, stored.info, as: choice.type, on: threads) { () throws(FormatError) in stored }
        })
    }
    report.note(plans)
    if fromPacked > 0 {
      report.remarks.append(
        "\(fromPacked) tensors were packed already and lose precision twice; start from the checkpoint for the best "
          + "quality")
    }
    report.files = try GGUFOutput(plans, metadata(model, plans), to: destination, conversion.fileSharding)
      .write { _ in }
    return report
  }

  /// What is no matrix keeps its type, and so do the matrices that are small or used as they are.
  private static func keeps(_ info: TensorInfo, _ type: ConvertedType) -> Bool {
    type == .asStored || info.shape.rank < 2 || !info.name.hasSuffix(".weight") || ConvertedType.staysWide(info.name)
  }

  /// The metadata without what was said of the old files.
  private func metadata(_ model: GGUFModel, _ plans: [PlannedTensor]) -> GGUFMetadata {
    var metadata = model.metadata
    for key in GGUFWriter.shardKeys { metadata[key] = nil }
    guard conversion.type != .asStored else { return metadata }
    metadata["general.file_type"] = nil
    metadata["general.quantization_version"] = nil
    metadata.addTypes(conversion.type, plans)
    return metadata
  }
}
