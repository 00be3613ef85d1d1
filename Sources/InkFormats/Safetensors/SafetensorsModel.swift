import InkTensor

/// The safetensors weights of a model: one file, or shards listed by an index.
///
/// Shards are mapped when the model is opened; their data is read when it is used.
public struct SafetensorsModel: TensorSource {
  public let path: String
  public let tensorNames: [String]
  /// The files, in the order of their first use.
  public let files: [SafetensorsFile]
  private let fileOfTensor: [String: Int]

  /// Opens a `.safetensors` file or a `.safetensors.index.json`.
  ///
  /// - Throws: what ``SafetensorsFile/open(_:)`` throws; `missing` for a shard that is not there or a tensor that is
  ///   not in the shard the index names; `malformed` for an index with other content.
  public static func open(_ path: String) throws(FormatError) -> SafetensorsModel {
    if path.hasSuffix(".index.json") { return try SafetensorsModel(index: path) }
    let file = try SafetensorsFile.open(path)
    var fileOfTensor: [String: Int] = [:]
    for name in file.tensorNames { fileOfTensor[name] = 0 }
    return SafetensorsModel(path: path, tensorNames: file.tensorNames, files: [file], fileOfTensor: fileOfTensor)
  }

  private init(path: String, tensorNames: [String], files: [SafetensorsFile], fileOfTensor: [String: Int]) {
    self.path = path
    self.tensorNames = tensorNames
    self.files = files
    self.fileOfTensor = fileOfTensor
  }

  private init(index path: String) throws(FormatError) {
    let document = try JSONDocument.open(path)
    let folder = StoredFile.folder(of: path)
    var files: [SafetensorsFile] = []
    var number: [String: Int] = [:]
    var fileOfTensor: [String: Int] = [:]
    var names: [String] = []
    for (name, node) in try document.root["weight_map"].members {
      let shard = try node.string
      if number[shard] == nil {
        number[shard] = files.count
        files.append(try SafetensorsModel.openShard(shard, folder: folder, index: path))
      }
      let place = number[shard] ?? 0
      guard files[place].find(name) != nil else {
        throw FormatError(
          .missing, file: path, context: "tensor \(FormatError.quoted(name))",
          expected: "a tensor of \(FormatError.quoted(shard))",
          hint: "Index and shards do not belong together; download the model again.")
      }
      fileOfTensor[name] = place
      names.append(name)
    }
    try SafetensorsModel.refuseUnlisted(files, fileOfTensor, index: path)
    self.init(path: path, tensorNames: names, files: files, fileOfTensor: fileOfTensor)
  }

  private static func openShard(
    _ name: String, folder: String, index: String
  ) throws(FormatError) -> SafetensorsFile {
    guard StoredFile.isPlainName(name) else {
      throw FormatError(
        .malformed, file: index, context: "weight_map", expected: "names of files in the same folder",
        found: FormatError.quoted(name))
    }
    let path = StoredFile.join(folder, name)
    guard StoredFile.exists(path) else {
      throw FormatError(
        .missing, file: index, context: "shard \(FormatError.quoted(name))", expected: "the file \(path)",
        hint: "The model was not downloaded whole.")
    }
    return try SafetensorsFile.open(path)
  }

  /// A tensor that is in a shard and not in the index would be left out silently.
  private static func refuseUnlisted(
    _ files: [SafetensorsFile], _ listed: [String: Int], index: String
  ) throws(FormatError) {
    for (number, file) in files.enumerated() {
      for name in file.tensorNames where listed[name] != number {
        throw FormatError(
          .malformed, file: file.path, context: "tensor \(FormatError.quoted(name))",
          expected: "a tensor that the index lists for this file", hint: "The index is \(index).")
      }
    }
  }

  public func find(_ name: String) -> StoredTensor? {
    guard let file = fileOfTensor[name] else { return nil }
    return files[file].find(name)
  }
}
