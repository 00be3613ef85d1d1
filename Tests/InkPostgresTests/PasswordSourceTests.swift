import Foundation
import InkPostgres
import InkRetrieval
import Testing

@Suite("Passwords of PostgreSQL servers")
struct PasswordSourceTests {
  private static let file = #"""
    # host:port:database:user:password
    db.example:5432:library:reader:one
    db.example:*:*:reader:two
    10.0.0.1:5432:li\:brary:\*:three:with:colons
    localhost:*:*:*:four\\
    too:few:parts
    *:*:*:anyone:five
    """#

  @Test(
    "the first line that fits gives the password",
    arguments: [
      ("postgresql://reader@db.example/library", "one"), ("postgresql://reader@db.example:5433/library", "two"),
      ("postgresql://reader@db.example/other", "two"), ("postgresql://%2A@10.0.0.1/li%3Abrary", "three:with:colons"),
      ("postgresql://reader@10.0.0.1/li%3Abrary", nil), ("postgresql://x@/library?host=/run", #"four\"#),
      ("postgresql://anyone@elsewhere/library", "five"), ("postgresql://nobody@elsewhere/library", nil),
    ])
  func lines(_ address: String, _ password: String?) throws {
    #expect(try PasswordFile(Self.file).password(for: PostgreSQLAddress(address)) == password)
  }

  @Test("PGPASSWORD goes before PGPASSFILE, and that before the file in the home folder, which others may not read")
  func sources() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/inkstone-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ name: String, _ text: String, permissions: Int) {
      let attributes = [FileAttributeKey.posixPermissions: NSNumber(value: permissions)]
      _ = FileManager.default.createFile(
        atPath: folder + "/" + name, contents: Data(text.utf8), attributes: attributes)
    }
    write(".pgpass", "*:*:*:*:home\n", permissions: 0o600)
    write("other", "*:*:*:*:other\n", permissions: 0o600)
    write("open", "*:*:*:*:open\n", permissions: 0o644)
    let address = try PostgreSQLAddress("postgresql://reader@db.example/library")
    func password(_ environment: [String: String]) throws(RetrievalError) -> String? {
      try PasswordSource(environment: environment).password(for: address)
    }
    let (home, other) = (["HOME": folder], ["HOME": folder, "PGPASSFILE": folder + "/other"])
    #expect(try password([:]) == nil)
    #expect(try password(["HOME": folder + "/none"]) == nil)
    #expect(try password(home) == "home")
    #expect(try password(other) == "other")
    #expect(try password(other.merging(["PGPASSWORD": "given"]) { $1 }) == "given")
    #expect(try password(home.merging(["PGPASSWORD": ""]) { $1 }) == "home")
    let error = #expect(throws: RetrievalError.self) { try password(["PGPASSFILE": folder + "/open"]) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.hint.contains("chmod 600") == true)
  }

  @Test("an address is kept in a form that reads back as the same, and never with a password")
  func kept() throws {
    let servers = PostgreSQLKnowledgeServers(passwords: PasswordSource(environment: [:]))
    for address in [
      "postgresql://reader@db.example/library", "postgres://r%40x%3A@[::1]:5433/a%2Fb%20%E4%B9%A6",
      "postgresql://reader@/library?host=/run/my%20server",
    ] {
      let kept = try servers.address(address)
      #expect(try PostgreSQLAddress(kept) == PostgreSQLAddress(address))
      #expect(try servers.address(kept) == kept)
    }
    let error = #expect(throws: RetrievalError.self) {
      try servers.address("postgresql://reader:secret@db.example/library")
    }
    #expect(error?.code == .invalidSetting)
    #expect(error?.description.contains("secret") == false)
  }
}
