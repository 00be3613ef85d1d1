extension ModelFolder {
  /// Another JSON file of the folder, or nil when it is not there.
  ///
  /// - Throws: as ``JSONDocument/open(_:)``.
  public func document(_ name: String) throws(FormatError) -> JSONNode? {
    let file = StoredFile.join(path, name)
    return StoredFile.exists(file) ? try JSONDocument.open(file).root : nil
  }
}
