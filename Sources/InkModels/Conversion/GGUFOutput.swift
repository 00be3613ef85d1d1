import InkFormats
import InkTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A GGUF file, or its shards, that is read back before it counts as written.
struct GGUFOutput {
  private let plans: [PlannedTensor]
  private let metadata: GGUFMetadata
  private let path: String
  private let sharding: SafetensorsWriter.Sharding

  init(
    _ plans: [PlannedTensor], _ metadata: GGUFMetadata, to path: String, _ sharding: SafetensorsWriter.Sharding
  ) {
    self.plans = plans
    self.metadata = metadata
    self.path = path
    self.sharding = sharding
  }

  /// Refuses a place that is taken.
  static func requireNew(_ path: String) throws(ModelLoadError) {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw ModelLoadError(
        .file, context: path, expected: "a new file", found: "one that is there already",
        hint: "Name another file, or remove this one.")
    }
  }

  /// Writes, and compares what is read back: metadata, the digest of every tensor, and what `check` looks at.
  ///
  /// - Returns: the paths of the files.
  /// - Throws: what writing and reading throws; nothing is left then.
  func write(_ check: (GGUFModel) throws(ModelLoadError) -> Void) throws(ModelLoadError) -> [String] {
    let written = try convertingFiles { () throws(FormatError) in
      try GGUFWriter(metadata: metadata).write(plans, to: path, sharding)
    }
    do throws(ModelLoadError) {
      let model = try convertingFiles { () throws(FormatError) in
        let model = try GGUFModel.open(written.files[0])
        try written.digests.check(model)
        return model
      }
      for key in metadata.keys where model.metadata[key] != metadata[key] {
        throw ModelLoadError(.file, context: "\(path): metadata \(key)", found: "another value than was written")
      }
      try check(model)
    } catch {
      for file in written.files { try? FileManager.default.removeItem(atPath: file) }
      throw error
    }
    return written.files
  }
}
