import Foundation

/// The knowledge bases in a folder, each in a folder of its own under its name.
public struct KnowledgeCatalog: Sendable {
  /// The name of a base's database inside the base's folder.
  static let databaseName = "base.sqlite"

  /// Where the bases are.
  public let folder: String
  /// How bases are used by this process.
  public let options: SQLiteStoreOptions

  /// The bases in a folder, which is made with the first base.
  public init(folder: String, options: SQLiteStoreOptions = SQLiteStoreOptions()) {
    self.folder = folder
    self.options = options
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

  /// Whether there is a base of a name.
  public func contains(_ name: KnowledgeName) -> Bool { FileManager.default.fileExists(atPath: database(name)) }

  /// Makes a base. It appears whole or not at all.
  ///
  /// - Throws: `alreadyExists`; `invalidSetting`; `file` and `store` with the reason.
  public func create(
    _ name: KnowledgeName, settings: KnowledgeSettings
  ) throws(RetrievalError) -> SQLiteKnowledgeStore {
    let exists = RetrievalError(
      .alreadyExists, context: "knowledge base \(name)", hint: "Add to it, delete it first, or choose another name.")
    guard !FileManager.default.fileExists(atPath: path(name)) else { throw exists }
    try attempt(folder) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let draft = folder + "/.draft-" + UUID().uuidString
    try attempt(draft) {
      try FileManager.default.createDirectory(
        atPath: draft, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }
    defer { try? FileManager.default.removeItem(atPath: draft) }
    try SQLiteKnowledgeStore.create(draft + "/" + Self.databaseName, settings: settings, options: options).close()
    do { try FileManager.default.moveItem(atPath: draft, toPath: path(name)) } catch {
      if FileManager.default.fileExists(atPath: path(name)) { throw exists }
      throw RetrievalError(.file, context: path(name), found: error.localizedDescription)
    }
    return try open(name)
  }

  /// Opens a base.
  ///
  /// - Throws: `notFound`, and what ``SQLiteKnowledgeStore/open(_:options:)`` throws.
  public func open(_ name: KnowledgeName) throws(RetrievalError) -> SQLiteKnowledgeStore {
    try require(name)
    return try SQLiteKnowledgeStore.open(database(name), options: options)
  }

  /// Deletes a base with everything in it. Whoever has it open can change it no longer.
  ///
  /// - Throws: `notFound`; `file` and `store` with the reason.
  public func delete(_ name: KnowledgeName) throws(RetrievalError) {
    try require(name)
    // A damaged base must be deletable too, so that its mark is only tried.
    try? SQLiteKnowledgeStore.markDeleted(database(name), options: options)
    let condemned = folder + "/.deleted-" + UUID().uuidString
    try attempt(path(name)) { try FileManager.default.moveItem(atPath: path(name), toPath: condemned) }
    try attempt(condemned) { try FileManager.default.removeItem(atPath: condemned) }
  }

  private func path(_ name: KnowledgeName) -> String { "\(folder)/\(name)" }

  private func database(_ name: KnowledgeName) -> String { path(name) + "/" + Self.databaseName }

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

  private func attempt<Result>(_ place: String, _ body: () throws -> Result) throws(RetrievalError) -> Result {
    do { return try body() } catch {
      throw RetrievalError(.file, context: place, found: error.localizedDescription)
    }
  }
}
