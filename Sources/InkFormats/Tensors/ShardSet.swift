/// The tensors of one file, or of shards that a `weight_map` lists; each shard is opened once.
struct ShardSet<File: TensorSource>: Sendable {
  let tensorNames: [String]
  /// The files, in the order of their first use.
  let files: [File]
  private let fileOfTensor: [String: Int]

  /// Opens a file, or an `.index.json` with all shards it names.
  static func open(
    _ path: String, _ openFile: (String) throws(FormatError) -> File
  ) throws(FormatError) -> ShardSet {
    if path.hasSuffix(".index.json") { return try ShardSet(index: path, openFile) }
    let file = try openFile(path)
    var fileOfTensor: [String: Int] = [:]
    for name in file.tensorNames { fileOfTensor[name] = 0 }
    return ShardSet(tensorNames: file.tensorNames, files: [file], fileOfTensor: fileOfTensor)
  }

  private init(tensorNames: [String], files: [File], fileOfTensor: [String: Int]) {
    self.tensorNames = tensorNames
    self.files = files
    self.fileOfTensor = fileOfTensor
  }

  private init(index path: String, _ openFile: (String) throws(FormatError) -> File) throws(FormatError) {
    let document = try JSONDocument.open(path)
    let folder = StoredFile.folder(of: path)
    var files: [File] = []
    var number: [String: Int] = [:]
    var fileOfTensor: [String: Int] = [:]
    var names: [String] = []
    for (name, node) in try document.root["weight_map"].members {
      let shard = try node.string
      if number[shard] == nil {
        number[shard] = files.count
        files.append(try openFile(try ShardSet.shardPath(shard, folder: folder, index: path)))
      }
      let place = number[shard] ?? 0
      guard files[place].contains(name) else {
        throw FormatError(
          .missing, file: path, context: "tensor \(FormatError.quoted(name))",
          expected: "a tensor of \(FormatError.quoted(shard))",
          hint: "Index and shards do not belong together; download the model again.")
      }
      fileOfTensor[name] = place
      names.append(name)
    }
    try ShardSet.refuseUnlisted(files, fileOfTensor, index: path)
    self.init(tensorNames: names, files: files, fileOfTensor: fileOfTensor)
  }

  private static func shardPath(_ name: String, folder: String, index: String) throws(FormatError) -> String {
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
    return path
  }

  /// A tensor that is in a shard and not in the index would be left out silently.
  private static func refuseUnlisted(
    _ files: [File], _ listed: [String: Int], index: String
  ) throws(FormatError) {
    for (number, file) in files.enumerated() {
      for name in file.tensorNames where listed[name] != number {
        throw FormatError(
          .malformed, file: file.path, context: "tensor \(FormatError.quoted(name))",
          expected: "a tensor that the index lists for this file", hint: "The index is \(index).")
      }
    }
  }

  func contains(_ name: String) -> Bool { fileOfTensor[name] != nil }

  func find(_ name: String) -> StoredTensor? {
    guard let file = fileOfTensor[name] else { return nil }
    return files[file].find(name)
  }
}
