import InkFormats

/// Where the part of a GGUF model lies that reads pictures. Folders hold it themselves.
public enum PictureProjector: Sendable, Hashable {
  /// In `mmproj-NAME.gguf` beside `NAME.gguf`, when there is such a file.
  case beside
  /// In a file of another name.
  case file(String)

  /// The file for a model; nil when it reads no pictures.
  package func path(of model: String) -> String? {
    switch self {
    case .file(let path): return path
    case .beside:
      let path = GGUFModel.projectorPath(beside: model)
      return StoredFile.exists(path) ? path : nil
    }
  }
}
