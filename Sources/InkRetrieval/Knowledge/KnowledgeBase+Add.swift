extension KnowledgeBase {
  /// Adds files and folders with all that is in them. What the base has already is left as it is; of what changed, only
  /// changed pieces are embedded again. A file that cannot be read does not stop the others.
  ///
  /// A document is called by its path within the folder that is given, a file that is given by its own name. Where that
  /// name belongs to another file already, the folders it lies in come before it, as many as are needed; a file that the
  /// base knows keeps its name.
  ///
  /// - Parameters:
  ///   - paths: absolute paths, or relative to the working folder.
  ///   - prefix: put before the names of the documents, such as `guide/`.
  ///   - metadata: said of every document; filters read it.
  ///   - report: told how far it has come.
  /// - Returns: what became of every file.
  /// - Throws: `model` when the embedder fails as such, `store` and `file` when the store does, `cancelled`. What was
  ///   reported as finished before is kept.
  public func add(
    _ paths: [String], prefix: String = "", metadata: [String: String] = [:],
    report: @escaping @Sendable (IngestionEvent) -> Void = { _ in }
  ) async throws(RetrievalError) -> IngestionReport {
    var incoming: [IncomingFile] = []
    var others: [DocumentOutcome] = []
    for given in paths {
      let path = DocumentPath.absolute(given)
      let name = DocumentPath.name(of: path)
      do throws(RetrievalError) {
        guard let resolved = disk.resolved(path), let status = try disk.status(resolved) else {
          throw RetrievalError(.notFound, context: given, expected: "a file or a folder")
        }
        if status.kind == .folder {
          let scan = try scan(path)
          incoming += scan.files.map { file in
            IncomingFile(prefix: prefix, name: file.name, content: .disk(path: file.path), metadata: metadata)
          }
          others += scan.others
        } else {
          incoming.append(
            IncomingFile(prefix: prefix, name: name, content: .disk(path: path), metadata: metadata))
        }
      } catch {
        others.append(DocumentOutcome(name: name, path: path, result: .failed(error)))
      }
    }
    for outcome in others { report(.finished(outcome)) }
    return IngestionReport(others + (try await ingest(incoming, report: report)))
  }

  /// Adds a file whose bytes the store keeps, such as an upload.
  ///
  /// - Parameters:
  ///   - name: the document's name; an upload of the same name is replaced. Where it belongs to a file on disk, the
  ///     document is called `upload/` and the name.
  ///   - mediaType: what the sender says it is.
  /// - Throws: as ``add(_:prefix:metadata:report:)``.
  public func add(
    bytes: [UInt8], name: String, mediaType: String? = nil, metadata: [String: String] = [:],
    report: @escaping @Sendable (IngestionEvent) -> Void = { _ in }
  ) async throws(RetrievalError) -> DocumentOutcome {
    let file = IncomingFile(name: name, content: .upload(bytes, mediaType: mediaType), metadata: metadata)
    guard let outcome = try await ingest([file], report: report).first else {
      throw RetrievalError(.cancelled, context: name)
    }
    return outcome
  }

  func scan(_ folder: String) throws(RetrievalError) -> FolderScan {
    try FolderScan(folder, disk: disk, limits: limits, fileExtensions: extractor.fileExtensions)
  }
}
