import InkFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A LLaVA folder into two GGUF files: the language model, and beside it what reads pictures.
struct LlavaExport {
  private let folder: ModelFolder
  private let conversion: ModelConversion

  init(_ folder: ModelFolder, _ conversion: ModelConversion) {
    self.folder = folder
    self.conversion = conversion
  }

  func run(to destination: String) throws(ModelLoadError) -> ConversionReport {
    let configuration = ModelConfiguration(folder.config)
    guard try QueryTokensSpec(configuration) == nil else {
      throw ModelLoadError(
        .unsupported, context: "conversion to GGUF (mmproj)", expected: "a vision tower with a projector (LLaVA)",
        found: "query tokens")
    }
    let spec = try Llava.spec(configuration)
    let projector = try ProjectorExport(folder, spec, conversion)
    let projectorPath = GGUFModel.projectorPath(beside: destination)
    try GGUFOutput.requireNew(projectorPath)
    let source = try folder.openDecoded()
    let parts = Llava.parts(source)
    let storedLayers = try VisionSpec.clip(try configuration.section("vision_config") ?? configuration).layers.count
    var report = try GGUFExport(folder, conversion, try Llava.textConfiguration(configuration), parts.decoder)
      .run(to: destination)
    do throws(ModelLoadError) {
      let text = try convertingFiles { () throws(FormatError) in try GGUFModel.open(report.files[0]) }
      report.add(try projector.run(parts.vision, storedLayers: storedLayers, text: text, to: projectorPath))
    } catch {
      for file in report.files { try? FileManager.default.removeItem(atPath: file) }
      throw error
    }
    return report
  }
}

extension ConversionReport {
  /// Counts another conversion in.
  fileprivate mutating func add(_ other: ConversionReport) {
    files += other.files
    tensors += other.tensors
    bytes += other.bytes
    types.merge(other.types, uniquingKeysWith: +)
    widened += other.widened
    dropped += other.dropped
    uncopiedFiles += other.uncopiedFiles
    remarks += other.remarks
  }
}
