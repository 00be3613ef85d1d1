import InkFormats

/// A model's files, open.
enum OpenedFiles: Sendable {
  case gguf(GGUFModel)
  case folder(ModelFolder, any TensorSource)

  init(_ resolved: ResolvedModel) throws(FormatError) {
    switch resolved.content {
    case .gguf(let paths): self = .gguf(try GGUFModel.open(paths.first ?? ""))
    case .folder(let path):
      let folder = try ModelFolder.open(path)
      self = .folder(folder, try folder.weights.open())
    }
  }

  /// Where the tensors are.
  var source: any TensorSource {
    switch self {
    case .gguf(let model): model
    case .folder(_, let source): source
    }
  }

  /// The chat templates, the default one first.
  var templates: [StoredTemplate] {
    get throws(FormatError) {
      switch self {
      case .gguf(let model): try model.chatTemplates
      case .folder(let folder, _): folder.chatTemplates
      }
    }
  }
}
