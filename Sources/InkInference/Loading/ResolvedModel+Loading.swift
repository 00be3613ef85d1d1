import InkFormats
import InkModels

extension ResolvedModel {
  /// Loads what the reference was resolved to, from a folder or from the first of its GGUF files.
  ///
  /// - Parameters:
  ///   - folder: loads a folder at a path, under a name for messages.
  ///   - gguf: loads a file and the shards that belong to it.
  func load<Loaded>(
    folder: (_ path: String, _ name: String) throws(ModelLoadError) -> Loaded,
    gguf: (_ path: String, _ name: String) throws(ModelLoadError) -> Loaded
  ) throws(ModelLoadError) -> Loaded {
    let name = "\(reference)"
    switch content {
    case .folder(let path): return try folder(path, name)
    case .gguf(let paths):
      guard let first = paths.first else {
        throw ModelLoadError(.file, context: name, expected: "a GGUF file", found: "none")
      }
      return try gguf(first, name)
    }
  }
}
