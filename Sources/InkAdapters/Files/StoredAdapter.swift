package import InkFormats
import InkTensor

/// An adapter where it lies: a folder in PEFT's layout, with its configuration read and its tensors by their names.
package struct StoredAdapter: Sendable {
  static let configurationFile = "adapter_config.json"
  static let weightsFile = "adapter_model.safetensors"
  static let pickledWeightsFile = "adapter_model.bin"
  /// Where a safetensors file says which base an adapter was made for.
  static let fingerprintKey = "inkstone_base"

  /// Where it lies, for messages.
  package let path: String
  package var configuration: AdapterConfiguration
  /// The tensors under the names that PEFT gives them.
  package let tensors: any TensorSource
  /// The base it was made for, if whoever made it noted that.
  package let fingerprint: String?

  package init(
    path: String, configuration: AdapterConfiguration, tensors: any TensorSource, fingerprint: String? = nil
  ) {
    self.path = path
    self.configuration = configuration
    self.tensors = tensors
    self.fingerprint = fingerprint
  }

  /// Opens a folder; its tensors are read when they are used.
  ///
  /// - Throws: `file`, `unsupported`, `invalidConfiguration`.
  package static func open(_ path: String) throws(AdapterError) -> StoredAdapter {
    let document = try AdapterError.converting { () throws(FormatError) in
      try JSONDocument.open("\(path)/\(configurationFile)")
    }
    let configuration = try AdapterConfiguration(document.root, file: document.file)
    do {
      let file = try SafetensorsFile.open("\(path)/\(weightsFile)")
      return StoredAdapter(
        path: path, configuration: configuration, tensors: file,
        fingerprint: file.metadata.first { $0.key == fingerprintKey }?.value)
    } catch {
      guard error.code == .cannotOpen else { throw AdapterError(error) }
    }
    let pickled: PyTorchFile
    do { pickled = try PyTorchFile.open("\(path)/\(pickledWeightsFile)") } catch {
      guard error.code == .cannotOpen else { throw AdapterError(error) }
      throw AdapterError(
        .file, context: path, expected: "\(weightsFile) or \(pickledWeightsFile)", found: "neither",
        hint: "The folder is no adapter, or it was not downloaded whole.")
    }
    return StoredAdapter(path: path, configuration: configuration, tensors: pickled)
  }

  /// Writes a new folder, whole or not at all.
  ///
  /// - Throws: `file` when something is there or cannot be written.
  package func write(to destination: String) throws(AdapterError) {
    try AdapterError.converting { () throws(FormatError) in
      let folder = try ExportFolder(destination)
      try folder.write(configuration.json, to: StoredAdapter.configurationFile)
      var metadata = [(key: "format", value: "pt")]
      if let fingerprint { metadata.append((StoredAdapter.fingerprintKey, fingerprint)) }
      var list: [StoredTensor] = []
      for name in tensors.tensorNames { list.append(try tensors.stored(name)) }
      try SafetensorsWriter(metadata: metadata).write(list, to: folder.file(StoredAdapter.weightsFile))
      _ = try folder.finish()
    }
  }

  /// Refuses a base that is another one than the adapter was made for, where that is known.
  package func requireBase(_ found: String) throws(AdapterError) {
    guard let fingerprint, fingerprint != found else { return }
    throw AdapterError(
      .mismatch, context: path, expected: "a base with the fingerprint \(fingerprint.prefix(12))…",
      found: "\(found.prefix(12))…",
      hint: "The base changed since the adapter was made, or is stored with other precision. "
        + "Allow another base if that is meant.")
  }
}
