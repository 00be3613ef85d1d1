extension GGUFModel {
  /// Where the file lies that makes a model read pictures: `mmproj-NAME.gguf` beside `NAME.gguf` or the shards of it.
  package static func projectorPath(beside model: String) -> String {
    let folder = model.lastIndex(of: "/").map { model[...$0] } ?? ""
    let stem = GGUFShardName(model)?.prefix ?? (model.hasSuffix(".gguf") ? String(model.dropLast(5)) : model)
    return "\(folder)mmproj-\(stem.dropFirst(folder.count)).gguf"
  }
}
