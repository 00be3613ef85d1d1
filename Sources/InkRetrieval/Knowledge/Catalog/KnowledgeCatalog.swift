import Foundation

/// The knowledge bases in a folder, each in a folder of its own under its name. That of a base on a server holds the
/// server's address only.
public struct KnowledgeCatalog: Sendable {
  /// The name of a base's database inside the base's folder.
  static let databaseName = "base.sqlite"

  /// Where the bases are.
  public let folder: String
  /// How bases are used by this process.
  public let options: SQLiteStoreOptions
  /// What opens bases on servers; nil where there are none.
  public let servers: (any KnowledgeServers)?

  /// The bases in a folder, which is made with the first base.
  public init(
    folder: String, options: SQLiteStoreOptions = SQLiteStoreOptions(), servers: (any KnowledgeServers)? = nil
  ) {
    self.folder = folder
    self.options = options
    self.servers = servers
  }

  /// The folder that is used where none is given: `knowledge` in ``dataFolder(environment:)``.
  ///
  /// - Throws: as ``dataFolder(environment:)``.
  public static func defaultFolder(environment: [String: String]) throws(RetrievalError) -> String {
    try dataFolder(environment: environment) + "/knowledge"
  }

  /// The folder of what is kept for the user: `INKSTONE_HOME`, else `XDG_DATA_HOME` + `/inkstone`, else
  /// `~/.local/share/inkstone`.
  ///
  /// - Throws: `invalidSetting` when it follows from `HOME` and that is not set.
  public static func dataFolder(environment: [String: String]) throws(RetrievalError) -> String {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let data = value("XDG_DATA_HOME") ?? value("HOME").map { $0 + "/.local/share" }
    guard let home = value("INKSTONE_HOME") ?? data.map({ $0 + "/inkstone" }) else {
      throw RetrievalError(
        .invalidSetting, context: "data folder", found: "neither INKSTONE_HOME nor HOME is set",
        hint: "Set INKSTONE_HOME to a folder.")
    }
    return home
  }

  /// The names of the bases in order; none where the folder is not there yet.
  public func names() throws(RetrievalError) -> [KnowledgeName] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    let entries = try attempt(folder) { try FileManager.default.contentsOfDirectory(atPath: folder) }
    return entries.sorted().compactMap { entry in
      guard let name = try? KnowledgeName(entry), contains(name) else { return nil }
      return name
    }
  }

  /// Whether there is a base of a name, here or on a server.
  public func contains(_ name: KnowledgeName) -> Bool {
    FileManager.default.fileExists(atPath: database(name)) || FileManager.default.fileExists(atPath: entry(name))
  }

  /// Where a base is kept.
  ///
  /// - Throws: `notFound`; `store` when what the catalog says of it is damaged.
  public func place(of name: KnowledgeName) throws(RetrievalError) -> KnowledgePlace {
    try require(name)
    guard FileManager.default.fileExists(atPath: entry(name)) else { return .file }
    return .server(try ServerEntry.read(entry(name)).store)
  }

  /// Opens a base.
  ///
  /// - Throws: `notFound`; `unreachable` when the server that keeps it does not answer; what
  ///   ``SQLiteKnowledgeStore/open(_:options:)`` throws.
  public func open(_ name: KnowledgeName) async throws(RetrievalError) -> any KnowledgeStore {
    switch try place(of: name) {
    case .file: return try SQLiteKnowledgeStore.open(database(name), options: options)
    case .server(let address):
      return try await requireServers(address).open(name, at: address, analyzer: options.analyzer)
    }
  }

  /// Deletes a base with everything in it, on its server too. Whoever has it open can change it no longer.
  ///
  /// - Throws: `notFound`; `unreachable`; `file` and `store` with the reason.
  public func delete(_ name: KnowledgeName) async throws(RetrievalError) {
    switch try place(of: name) {
    case .file:
      // A damaged base must be deletable too, so that its mark is only tried.
      try? SQLiteKnowledgeStore.markDeleted(database(name), options: options)
    case .server(let address):
      // One that another machine deleted is gone already.
      do throws(RetrievalError) { try await requireServers(address).delete(name, at: address) } catch
        where error.code == .notFound
      {}
    }
    try removeFolder(name)
  }

  /// Takes a base on a server out of this catalog; the server keeps it.
  ///
  /// - Throws: `notFound`; `invalidSetting` for a base that is kept here, which would be lost; `file` with the reason.
  public func forget(_ name: KnowledgeName) throws(RetrievalError) {
    try require(name)
    guard !FileManager.default.fileExists(atPath: database(name)) else {
      throw RetrievalError(
        .invalidSetting, context: "knowledge base \(name)", expected: "a base on a server",
        found: "one that is kept in \(path(name))", hint: "Delete it, or leave it.")
    }
    try removeFolder(name)
  }

  private func removeFolder(_ name: KnowledgeName) throws(RetrievalError) {
    let condemned = folder + "/.deleted-" + UUID().uuidString
    try attempt(path(name)) { try FileManager.default.moveItem(atPath: path(name), toPath: condemned) }
    try attempt(condemned) { try FileManager.default.removeItem(atPath: condemned) }
  }

  func path(_ name: KnowledgeName) -> String { "\(folder)/\(name)" }

  func database(_ name: KnowledgeName) -> String { path(name) + "/" + Self.databaseName }

  private func entry(_ name: KnowledgeName) -> String { path(name) + "/" + ServerEntry.fileName }

  func requireServers(_ address: String) throws(RetrievalError) -> any KnowledgeServers {
    guard let servers else {
      throw RetrievalError(
        .unsupported, context: address, found: "a program without servers of knowledge bases",
        hint: "Hand the catalog what opens them, such as InkPostgres.")
    }
    return servers
  }

  private func require(_ name: KnowledgeName) throws(RetrievalError) {
    guard contains(name) else {
      let known = try names().map(\.description)
      throw RetrievalError(
        .notFound, context: "knowledge base \(name)",
        found: known.isEmpty
          ? "no base at all"
          : "those called \(known.prefix(20).joined(separator: ", "))\(known.count > 20 ? " and others" : "")",
        hint: "Make it first, or check the name.")
    }
  }

  func attempt<Result>(_ place: String, _ body: () throws -> Result) throws(RetrievalError) -> Result {
    do { return try body() } catch {
      throw RetrievalError(.file, context: place, found: error.localizedDescription)
    }
  }
}
