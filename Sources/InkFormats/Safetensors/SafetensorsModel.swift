/// The safetensors weights of a model: one file, or shards listed by an index.
///
/// Shards are mapped when the model is opened; their data is read when it is used.
public struct SafetensorsModel: TensorSource {
  public let path: String
  public var tensorNames: [String] { shards.tensorNames }
  /// The files, in the order of their first use.
  public var files: [SafetensorsFile] { shards.files }
  private let shards: ShardSet<SafetensorsFile>

  /// Opens a `.safetensors` file or a `.safetensors.index.json`.
  ///
  /// - Throws: what ``SafetensorsFile/open(_:)`` throws; `missing` for a shard that is not there or a tensor that is
  ///   not in the shard the index names; `malformed` for an index with other content.
  public static func open(_ path: String) throws(FormatError) -> SafetensorsModel {
    SafetensorsModel(
      path: path, shards: try ShardSet.open(path) { (path) throws(FormatError) in try SafetensorsFile.open(path) })
  }

  public func find(_ name: String) -> StoredTensor? { shards.find(name) }
}
