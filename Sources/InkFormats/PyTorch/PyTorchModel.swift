/// The PyTorch weights of a model: one file, or shards listed by an index.
public struct PyTorchModel: TensorSource {
  public let path: String
  public var tensorNames: [String] { shards.tensorNames }
  /// The files, in the order of their first use.
  public var files: [PyTorchFile] { shards.files }
  private let shards: ShardSet<PyTorchFile>

  /// Opens a `.bin`, `.pt` or `.pth` file, or a `.bin.index.json`.
  ///
  /// - Throws: what ``PyTorchFile/open(_:)`` throws; `missing` for a shard that is not there or a tensor that is not in
  ///   the shard the index names; `malformed` for an index with other content.
  public static func open(_ path: String) throws(FormatError) -> PyTorchModel {
    PyTorchModel(
      path: path, shards: try ShardSet.open(path) { (path) throws(FormatError) in try PyTorchFile.open(path) })
  }

  public func contains(_ name: String) -> Bool { shards.contains(name) }

  public func find(_ name: String) -> StoredTensor? { shards.find(name) }
}
