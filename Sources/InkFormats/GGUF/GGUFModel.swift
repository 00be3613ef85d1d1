/// The weights and metadata of a model in GGUF: one file, or shards named `…-00001-of-0000N.gguf`.
public struct GGUFModel: TensorSource {
  public let path: String
  /// The metadata of the first file, which holds the model's.
  public let metadata: GGUFMetadata
  public let tensorNames: [String]
  /// The files in order.
  public let files: [GGUFFile]
  private let fileOfTensor: [String: Int]

  /// Opens a file and, when it is a shard, all the others; any shard may be named.
  ///
  /// - Throws: what ``GGUFFile/open(_:)`` throws; `missing` for a shard that is not there; `malformed` when a shard's
  ///   number or count is not that of its place; `duplicate` for a tensor in two shards.
  public static func open(_ path: String) throws(FormatError) -> GGUFModel {
    let named = try GGUFFile.open(path)
    guard named.metadata.contains("split.count"), try named.metadata.int(for: "split.count") != 1 else {
      return try GGUFModel([named], path: path)
    }
    let count = try named.metadata.int(for: "split.count")
    guard let name = GGUFShardName(path), name.count == count else {
      throw FormatError(
        .malformed, file: path, context: "metadata \"split.count\"",
        expected: "a file named like model-00001-of-\(GGUFShardName.padded(max(count, 0))).gguf",
        found: StoredFile.name(of: path), hint: "Give the shards their original names again.")
    }
    var files: [GGUFFile] = []
    for number in 1...max(count, 1) {
      let shard = name.path(number)
      guard StoredFile.exists(shard) else {
        throw FormatError(
          .missing, file: path, context: "shard \(number) of \(count)", expected: "the file \(shard)",
          hint: "The model was not downloaded whole.")
      }
      let file = try GGUFFile.open(shard)
      try checkPlace(file, number: number, count: count)
      files.append(file)
    }
    return try GGUFModel(files, path: path)
  }

  private static func checkPlace(_ file: GGUFFile, number: Int, count: Int) throws(FormatError) {
    let foundNumber = try file.metadata.int(for: "split.no")
    let foundCount = try file.metadata.int(for: "split.count")
    guard foundNumber == number - 1, foundCount == count else {
      throw FormatError(
        .malformed, file: file.path, context: "metadata \"split.no\" and \"split.count\"",
        expected: "\(number - 1) of \(count)", found: "\(foundNumber) of \(foundCount)",
        hint: "The shards do not belong together.")
    }
  }

  private init(_ files: [GGUFFile], path: String) throws(FormatError) {
    var fileOfTensor: [String: Int] = [:]
    var names: [String] = []
    for (number, file) in files.enumerated() {
      for name in file.tensorNames {
        guard fileOfTensor.updateValue(number, forKey: name) == nil else {
          throw FormatError(.duplicate, file: file.path, context: "tensor \(FormatError.quoted(name))")
        }
        names.append(name)
      }
    }
    guard let first = files.first else { throw FormatError(.missing, file: path, expected: "a file") }
    let total = "split.tensors.count"
    if files.count > 1, first.metadata.contains(total), try first.metadata.int(for: total) != names.count {
      throw FormatError(
        .missing, file: path, context: "tensors of all shards", expected: "\(try first.metadata.int(for: total))",
        found: "\(names.count)", hint: "The shards do not belong together.")
    }
    self.path = path
    self.metadata = first.metadata
    self.tensorNames = names
    self.files = files
    self.fileOfTensor = fileOfTensor
  }

  public func find(_ name: String) -> StoredTensor? {
    guard let file = fileOfTensor[name] else { return nil }
    return files[file].find(name)
  }
}
