import Foundation
import InkIndex
import InkRetrieval
import Synchronization
import Testing

@Suite("Bases on servers in a catalog")
struct ServerCatalogTests {
  /// Servers that keep bases in SQLite files of a folder; an address is `test://NAME`.
  private struct FolderServers: KnowledgeServers {
    let folder: String
    let isUp = Flag()

    final class Flag: Sendable {
      private let value = Mutex(true)
      var isSet: Bool { value.withLock { $0 } }
      func set(_ new: Bool) { value.withLock { $0 = new } }
    }

    func address(_ text: String) throws(RetrievalError) -> String {
      guard text.hasPrefix("test://"), !text.contains("@") else {
        throw RetrievalError(.invalidSetting, context: "address")
      }
      return text
    }

    func create(
      _ name: KnowledgeName, settings: KnowledgeSettings, at address: String, analyzer: TextAnalyzer
    ) async throws(RetrievalError) -> any KnowledgeStore {
      let path = try path(name, address)
      guard !FileManager.default.fileExists(atPath: path) else {
        throw RetrievalError(.alreadyExists, context: address)
      }
      try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      return try SQLiteKnowledgeStore.create(path + "/base.sqlite", settings: settings)
    }

    func open(
      _ name: KnowledgeName, at address: String, analyzer: TextAnalyzer
    ) async throws(RetrievalError) -> any KnowledgeStore {
      try SQLiteKnowledgeStore.open(try path(name, address) + "/base.sqlite")
    }

    func delete(_ name: KnowledgeName, at address: String) async throws(RetrievalError) {
      let path = try path(name, address)
      guard FileManager.default.fileExists(atPath: path) else { throw RetrievalError(.notFound, context: address) }
      try? FileManager.default.removeItem(atPath: path)
    }

    private func path(_ name: KnowledgeName, _ address: String) throws(RetrievalError) -> String {
      guard isUp.isSet else { throw RetrievalError(.unreachable, context: address) }
      return "\(folder)/\(address.dropFirst("test://".count))-\(name)"
    }
  }

  private let folder: TemporaryFolder
  private let servers: FolderServers
  private let catalog: KnowledgeCatalog

  init() throws {
    folder = try TemporaryFolder()
    servers = FolderServers(folder: folder.path)
    catalog = KnowledgeCatalog(folder: folder.path + "/knowledge", servers: servers)
  }

  @Test("a base on a server is made, opened, listed and deleted by its name like one that is kept here")
  func bases() async throws {
    let (here, there) = (try KnowledgeName("here"), try KnowledgeName("there"))
    try await catalog.create(here, settings: SampleDocument.settings).close()
    let made = try await catalog.create(there, settings: SampleDocument.settings, in: .server("test://one"))
    try await SampleDocument(name: "a", text: "one apple").put(in: made)
    try await made.close()
    #expect(try catalog.names() == [here, there])
    #expect(try catalog.place(of: here) == .file)
    #expect(try catalog.place(of: there) == .server("test://one"))
    let opened = try await catalog.open(there)
    #expect(try await opened.documents(matching: nil).map(\.source.name) == ["a"])
    try await opened.close()
    await expect(.alreadyExists) {
      _ = try await catalog.create(there, settings: SampleDocument.settings, in: .server("test://two"))
    }
    try await catalog.delete(there)
    #expect(try catalog.names() == [here])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["knowledge"])
  }

  @Test("another catalog joins a base that is on a server already, and forgets it without harm")
  func joined() async throws {
    let name = try KnowledgeName("shared")
    let other = KnowledgeCatalog(folder: folder.path + "/other", servers: servers)
    await expect(.notFound) { _ = try await other.join(name, at: "test://one") }
    #expect(try other.names().isEmpty)
    let made = try await catalog.create(name, settings: SampleDocument.settings, in: .server("test://one"))
    try await SampleDocument(name: "a", text: "one apple").put(in: made)
    await expect(.alreadyExists) {
      _ = try await other.create(name, settings: SampleDocument.settings, in: .server("test://one"))
    }
    let joined = try await other.join(name, at: "test://one")
    #expect(try await joined.documents(matching: nil).count == 1)
    try other.forget(name)
    #expect(try other.names().isEmpty)
    #expect(try await catalog.open(name).documents(matching: nil).count == 1)
    let kept = try KnowledgeName("kept")
    try await catalog.create(kept, settings: SampleDocument.settings).close()
    await expect(.invalidSetting) { try catalog.forget(kept) }
    #expect(try catalog.names() == [kept, name])
  }

  @Test("without the server a base is not opened or deleted but stays in the list, and others are not touched by it")
  func unreachable() async throws {
    let (here, there) = (try KnowledgeName("here"), try KnowledgeName("there"))
    try await catalog.create(here, settings: SampleDocument.settings).close()
    try await catalog.create(there, settings: SampleDocument.settings, in: .server("test://one")).close()
    servers.isUp.set(false)
    await expect(.unreachable) { _ = try await catalog.open(there) }
    await expect(.unreachable) { try await catalog.delete(there) }
    #expect(try catalog.names() == [here, there])
    #expect(try await catalog.open(here).documents(matching: nil).isEmpty)
    await expect(.unsupported) { _ = try await KnowledgeCatalog(folder: catalog.folder).open(there) }
    await expect(.unreachable) {
      let third = try KnowledgeName("third")
      _ = try await catalog.create(third, settings: SampleDocument.settings, in: .server("test://one"))
    }
    try catalog.forget(there)
    #expect(try catalog.names() == [here])
  }

  @Test("addresses that the servers refuse are not kept, and a damaged entry is an error that says so")
  func refused() async throws {
    let name = try KnowledgeName("base")
    for address in ["other://one", "test://user:password@one"] {
      await expect(.invalidSetting) {
        _ = try await catalog.create(name, settings: SampleDocument.settings, in: .server(address))
      }
      await expect(.invalidSetting) { _ = try await catalog.join(name, at: address) }
    }
    #expect(try catalog.names().isEmpty)
    try await catalog.create(name, settings: SampleDocument.settings, in: .server("test://one")).close()
    try Data("{".utf8).write(to: URL(fileURLWithPath: catalog.folder + "/base/server.json"))
    await expect(.store) { _ = try await catalog.open(name) }
    try catalog.forget(name)
  }

  private func expect(_ code: RetrievalError.Code, _ body: () async throws -> Void) async {
    await #expect { try await body() } throws: { error in (error as? RetrievalError)?.code == code }
  }
}
