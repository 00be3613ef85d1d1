import InkFormats

extension ModelFolder {
  /// The tensors as weights: decoded where `quantization_config` says that they are codes. Nothing is read before it is
  /// asked for.
  ///
  /// - Throws: `unsupported` for a method of quantization that is not read, `file` for what cannot be opened.
  func openDecoded() throws(ModelLoadError) -> any TensorSource {
    let decoding = try ModelConfiguration(config).weightDecoding()
    let source: any TensorSource
    do { source = try weights.open() } catch { throw ModelLoadError(error, as: .file) }
    switch decoding {
    case .asStored: return source
    case .scaled, .fourBit, .byteRows: return DecodedSource(source, decoding)
    }
  }
}
