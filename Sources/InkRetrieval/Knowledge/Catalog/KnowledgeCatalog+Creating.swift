import Foundation

extension KnowledgeCatalog {
  /// Makes a base. It appears whole or not at all.
  ///
  /// - Throws: `alreadyExists`; `invalidSetting`; `unreachable` when the server does not answer; `file` and `store` with
  ///   the reason.
  public func create(
    _ name: KnowledgeName, settings: KnowledgeSettings, in place: KnowledgePlace = .file
  ) async throws(RetrievalError) -> any KnowledgeStore {
    switch place {
    case .file:
      try fill(name) { draft throws(RetrievalError) in
        try SQLiteKnowledgeStore.create(draft + "/" + Self.databaseName, settings: settings, options: options).close()
      }
      return try await open(name)
    case .server(let text):
      let servers = try requireServers(text)
      let address = try servers.address(text)
      guard !FileManager.default.fileExists(atPath: path(name)) else { throw Self.exists(name) }
      let store: any KnowledgeStore
      do throws(RetrievalError) {
        store = try await servers.create(name, settings: settings, at: address, analyzer: options.analyzer)
      } catch  where error.code == .alreadyExists {
        throw RetrievalError(
          .alreadyExists, context: error.context, hint: "Join it, delete it first, or choose another name.")
      }
      do { try enter(name, address) } catch {
        // What nobody was told of is not left behind. Where this fails too, the base can be joined.
        try? await store.close()
        try? await servers.delete(name, at: address)
        throw error
      }
      return store
    }
  }

  /// Takes up a base that is on a server already, made from another machine.
  ///
  /// - Throws: `alreadyExists` for a name that is taken here; `notFound`; `unreachable`; `unsupported` when other words
  ///   are cut there.
  public func join(_ name: KnowledgeName, at text: String) async throws(RetrievalError) -> any KnowledgeStore {
    let servers = try requireServers(text)
    let address = try servers.address(text)
    guard !FileManager.default.fileExists(atPath: path(name)) else { throw Self.exists(name) }
    let store = try await servers.open(name, at: address, analyzer: options.analyzer)
    do { try enter(name, address) } catch {
      try? await store.close()
      throw error
    }
    return store
  }

  private func enter(_ name: KnowledgeName, _ address: String) throws(RetrievalError) {
    try fill(name) { draft throws(RetrievalError) in
      try attempt(draft) { try ServerEntry(store: address).write(to: draft + "/" + ServerEntry.fileName) }
    }
  }

  /// Makes a base's folder: a draft that is filled, then takes its name.
  private func fill(
    _ name: KnowledgeName, _ body: (_ draft: String) throws(RetrievalError) -> Void
  ) throws(RetrievalError) {
    guard !FileManager.default.fileExists(atPath: path(name)) else { throw Self.exists(name) }
    try attempt(folder) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let draft = folder + "/.draft-" + UUID().uuidString
    try attempt(draft) {
      try FileManager.default.createDirectory(
        atPath: draft, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }
    defer { try? FileManager.default.removeItem(atPath: draft) }
    try body(draft)
    do { try FileManager.default.moveItem(atPath: draft, toPath: path(name)) } catch {
      if FileManager.default.fileExists(atPath: path(name)) { throw Self.exists(name) }
      throw RetrievalError(.file, context: path(name), found: error.localizedDescription)
    }
  }

  private static func exists(_ name: KnowledgeName) -> RetrievalError {
    RetrievalError(
      .alreadyExists, context: "knowledge base \(name)", hint: "Add to it, delete it first, or choose another name.")
  }
}
