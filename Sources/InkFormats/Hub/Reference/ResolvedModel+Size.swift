extension ResolvedModel {
  /// Bytes of its files, which is about what its weights take in memory; files that cannot be looked at count nothing.
  public var byteCount: Int {
    let paths: [String]
    switch content {
    case .gguf(let files): paths = files
    case .folder(let folder): paths = DiskFile.names(in: folder).map { folder + "/" + $0 }
    }
    return paths.reduce(0) { $0 + Int(clamping: DiskFile.size(of: $1) ?? 0) }
  }
}
