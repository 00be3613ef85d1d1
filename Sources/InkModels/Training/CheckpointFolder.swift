import InkFormats

/// A folder in Hugging Face layout that training begins from.
struct CheckpointFolder: Sendable {
  let folder: ModelFolder
  /// `config.json`.
  let config: JSONObject

  /// Opens a folder.
  ///
  /// - Throws: `file` for what cannot be read, `invalidConfiguration`.
  static func open(_ path: String) throws(ModelLoadError) -> CheckpointFolder {
    let folder = try convertingFiles { () throws(FormatError) in try ModelFolder.open(path) }
    guard case .object(let config)? = folder.config.value else {
      throw ModelLoadError(.invalidConfiguration, context: "\(path)/config.json", expected: "an object")
    }
    return CheckpointFolder(folder: folder, config: config)
  }

  /// Its tensors as weights.
  func tensors() throws(ModelLoadError) -> any TensorSource { try folder.openDecoded() }

  /// The name of its family.
  func modelType() throws(ModelLoadError) -> String {
    if let name = try ModelConfiguration(folder.config).text("model_type") { return name }
    throw ModelLoadError(
      .invalidConfiguration, context: "\(folder.path)/config.json: model_type", expected: "the name of a family",
      found: "nothing")
  }
}
