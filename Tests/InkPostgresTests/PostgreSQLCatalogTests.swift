import Foundation
import InkPostgres
import InkRetrieval
import NIOCore
import Testing

@Suite(
  "Bases of a catalog in a PostgreSQL database",
  .enabled(if: TestServer.isHere, "INKSTONE_TEST_POSTGRES names no server"))
struct PostgreSQLCatalogTests {
  /// A catalog in a folder that is gone afterwards, with the address of the test server as a user would give it.
  private func withCatalog(_ body: (KnowledgeCatalog, _ address: String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/inkstone-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var address = try TestServer.address()
    let password = try #require(address.password)
    address.password = nil
    let passwords = PasswordSource(environment: ["PGPASSWORD": password])
    try await body(
      KnowledgeCatalog(folder: folder, servers: PostgreSQLKnowledgeServers(passwords: passwords)), address.text)
  }

  @Test("a base is made, filled, searched, joined and deleted by its name, and no file holds the password")
  func wholeLife() async throws {
    try await withCatalog { catalog, address in
      let name = try KnowledgeName("test-\(UUID().uuidString)")
      let made = try await catalog.create(name, settings: SampleDocument.settings, in: .server(address))
      try await SampleDocument(name: "a.txt", text: "one apple\n水和山").put(in: made)
      try await made.close()
      #expect(try catalog.place(of: name) == .server(address))
      let opened = try await catalog.open(name)
      #expect(try await opened.search(words: "apple", count: 9, filter: nil).map(\.piece.document) == ["a.txt"])
      #expect(try await opened.search(vector: SampleDocument.vector("水"), count: 1, filter: nil).count == 1)
      let entry = try String(contentsOfFile: "\(catalog.folder)/\(name)/server.json", encoding: .utf8)
      let password = try #require(try TestServer.address().password)
      #expect(!entry.contains(":\(password)@"))
      await expect(.alreadyExists) {
        _ = try await KnowledgeCatalog(folder: catalog.folder + "/second", servers: catalog.servers)
          .create(name, settings: SampleDocument.settings, in: .server(address))
      }
      let other = KnowledgeCatalog(folder: catalog.folder + "/third", servers: catalog.servers)
      let joined = try await other.join(name, at: address)
      #expect(try await joined.remove(document: "a.txt"))
      #expect(try await opened.documents(matching: nil).isEmpty)
      try await joined.close()
      try await opened.close()
      try await catalog.delete(name)
      #expect(try catalog.names().isEmpty)
      #expect(try await !PostgreSQLKnowledgeStore.names(at: TestServer.address()).contains(name))
      // What is gone from the server can still be taken out of the other catalog.
      await expect(.notFound) { _ = try await other.open(name) }
      try await other.delete(name)
      #expect(try other.names().isEmpty)
    }
  }

  @Test("without its password, and without its server, a base says so and leaves the others alone")
  func failures() async throws {
    try await withCatalog { catalog, address in
      let name = try KnowledgeName("test-\(UUID().uuidString)")
      let here = try KnowledgeName("here")
      try await catalog.create(name, settings: SampleDocument.settings, in: .server(address)).close()
      try await catalog.create(here, settings: SampleDocument.settings).close()
      let forgetful = KnowledgeCatalog(
        folder: catalog.folder, servers: PostgreSQLKnowledgeServers(passwords: PasswordSource(environment: [:])))
      let refused = await #expect(throws: RetrievalError.self) { try await forgetful.open(name) }
      #expect(refused?.code == .store)
      #expect(refused?.hint.contains("PGPASSWORD") == true)

      // A port that nobody listens on.
      let gone = try KnowledgeName("gone")
      let free = try await FreePort.find()
      try FileManager.default.createDirectory(atPath: "\(catalog.folder)/gone", withIntermediateDirectories: true)
      try Data(#"{"store":"postgresql://reader@127.0.0.1:\#(free)/library"}"#.utf8)
        .write(to: URL(fileURLWithPath: "\(catalog.folder)/gone/server.json"))
      #expect(try catalog.names() == [gone, here, name])
      let unreachable = await #expect(throws: RetrievalError.self) { try await catalog.open(gone) }
      #expect(unreachable?.code == .unreachable)
      #expect(unreachable?.context.contains("127.0.0.1:\(free)") == true)
      #expect(try await catalog.open(here).documents(matching: nil).isEmpty)
      #expect(try await catalog.open(name).documents(matching: nil).isEmpty)
      try await catalog.delete(name)
    }
  }

  private func expect(_ code: RetrievalError.Code, _ body: () async throws -> Void) async {
    await #expect { try await body() } throws: { error in (error as? RetrievalError)?.code == code }
  }
}
