public import InkFormats
public import InkTensor

/// Turns the files of a model into others: a folder or a GGUF file into a folder or a GGUF file.
///
/// ```swift
/// let conversion = ModelConversion(type: ConvertedType(name: "q8_0") ?? .asStored)
/// let report = try conversion.convert("models/SmolLM2-135M", to: "smollm2-q8_0.gguf")
/// ```
///
/// Tensors are converted one after the other, in runs of rows. What is written is read back: every tensor is compared
/// by its SHA-256 with what was meant, and the description of the model that is made from the new files with the one
/// that was made from the old.
public struct ModelConversion: Sendable {
  /// The type of matrices.
  public var type: ConvertedType
  /// How the weights are laid over files; nil for what is usual: a folder gets shards of at most 5 GB, GGUF one file.
  public var sharding: SafetensorsWriter.Sharding?
  /// The threads that pack blocks; what is written does not depend on their number.
  public var threads: Int
  /// What describes tokenizers other than `tokenizer.json` to a GGUF file; without it such a file has none.
  public var tokenizers: (any FolderTokenizers)?

  /// A conversion that keeps types, with the usual files and a thread for each processor.
  public init(
    type: ConvertedType = .asStored, sharding: SafetensorsWriter.Sharding? = nil,
    threads: Int = ThreadPool.processorCount, tokenizers: (any FolderTokenizers)? = nil
  ) {
    self.tokenizers = tokenizers
    self.type = type
    self.sharding = sharding
    self.threads = threads
  }

  var folderSharding: SafetensorsWriter.Sharding { sharding ?? .limit(5_000_000_000) }
  var fileSharding: SafetensorsWriter.Sharding { sharding ?? .single }

  /// Converts a model folder or a `.gguf` file; a destination that ends with `.gguf` is written as one, any other as a
  /// folder. A model that reads pictures becomes two GGUF files, the second being `mmproj-NAME.gguf`
  /// beside `NAME.gguf`.
  ///
  /// - Throws: `unsupported` for a family or a setting that the other kind of file has no words for, `missingTensor`
  ///   and `unusedTensor` for weights that are not the family's, `file` for files that cannot be read or written.
  ///   Nothing is left behind then.
  public func convert(_ source: String, to destination: String) throws(ModelLoadError) -> ConversionReport {
    let origin = try origin(source)
    switch (origin, destination.hasSuffix(".gguf")) {
    case (.folder(let folder), false): return try FolderRewriting(folder, self).run(to: destination)
    case (.folder(let folder), true):
      if VisionLanguageModel.isStored(in: folder) { return try LlavaExport(folder, self).run(to: destination) }
      if let modelType = try ModelConfiguration(folder.config).text("model_type"),
        EncoderForm.isKnown(modelType: modelType)
      {
        return try EncoderExport(folder, self).run(to: destination)
      }
      return try GGUFExport(folder, self).run(to: destination)
    case (.gguf(let path), false):
      let model = try convertingFiles { () throws(FormatError) in try GGUFModel.open(path) }
      let architecture = try convertingFiles { () throws(FormatError) in
        try model.metadata.string(for: "general.architecture")
      }
      if EncoderForm.isKnown(architecture: architecture) {
        return try EncoderImport(model, self).run(to: destination)
      }
      return try GGUFImport(path, self).run(to: destination)
    case (.gguf(let path), true): return try GGUFRewriting(path, self).run(to: destination)
    }
  }

  private enum Origin {
    case folder(ModelFolder)
    case gguf(String)
  }

  private func origin(_ source: String) throws(ModelLoadError) -> Origin {
    if source.hasSuffix(".gguf") { return .gguf(source) }
    let folder: ModelFolder
    do { folder = try ModelFolder.open(source) } catch { throw ModelLoadError(error, as: .file) }
    if case .gguf(let path) = folder.weights { return .gguf(path) }
    return .folder(folder)
  }
}

/// Runs what throws errors of files and throws the model's.
func convertingFiles<Value>(_ body: () throws(FormatError) -> Value) throws(ModelLoadError) -> Value {
  do { return try body() } catch { throw ModelLoadError(error, as: .file) }
}

extension ConversionReport {
  /// Notes what will be written.
  mutating func note(_ plans: [PlannedTensor]) {
    tensors = plans.count
    bytes = plans.reduce(0) { $0 + $1.info.byteCount }
    for plan in plans { types["\(plan.info.type)", default: 0] += 1 }
  }
}
