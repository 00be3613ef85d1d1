/// Which weights a model folder holds.
public enum ModelWeights: Sendable, Hashable {
  /// One safetensors file; its path.
  case safetensors(String)
  /// Shards of safetensors; the path of their index.
  case shardedSafetensors(index: String)
  /// One file of `torch.save`; its path.
  case pyTorch(String)
  /// Shards of `torch.save`; the path of their index.
  case shardedPyTorch(index: String)
  /// A GGUF file or the first of its shards; its path.
  case gguf(String)

  /// Opens the weights; copies nothing.
  ///
  /// - Throws: what ``SafetensorsModel/open(_:)``, ``PyTorchModel/open(_:)`` and ``GGUFModel/open(_:)`` throw.
  public func open() throws(FormatError) -> any TensorSource {
    switch self {
    case .safetensors(let path), .shardedSafetensors(index: let path): try SafetensorsModel.open(path)
    case .pyTorch(let path), .shardedPyTorch(index: let path): try PyTorchModel.open(path)
    case .gguf(let path): try GGUFModel.open(path)
    }
  }
}
