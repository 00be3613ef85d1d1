import InkPostgres
import InkRetrieval
import Testing

@Suite("The address of a PostgreSQL server")
struct PostgreSQLAddressTests {
  @Test(
    "an address says who, where and which database",
    arguments: [
      ("postgresql://u:p@h:1/d", PostgreSQLAddress(.host("h", port: 1), user: "u", password: "p", database: "d")),
      ("postgres://u@h/d", PostgreSQLAddress(.host("h", port: 5432), user: "u", database: "d")),
      (
        "postgresql://a%40b:%3A%2f%25@[::1]:65535/%E6%B0%B4?sslmode=disable",
        PostgreSQLAddress(.host("::1", port: 65535), user: "a@b", password: ":/%", database: "水")
      ),
      (
        "postgresql://u:a:b@/d?host=/var/run/my%20db",
        PostgreSQLAddress(.folder("/var/run/my db", port: 5432), user: "u", password: "a:b", database: "d")
      ),
      (
        "postgresql://u:@:7/d?host=%2Ftmp",
        PostgreSQLAddress(.folder("/tmp", port: 7), user: "u", password: "", database: "d")
      ),
    ])
  func read(_ text: String, _ expected: PostgreSQLAddress) throws {
    #expect(try PostgreSQLAddress(text) == expected)
  }

  @Test(
    "anything else is refused, and no message shows the password",
    arguments: [
      "", "mysql://u:secret@h/d", "postgresql://h/d", "postgresql://:secret@h/d", "postgresql://u:secret@h",
      "postgresql://u:secret@h/", "postgresql://u:secret@h/a/b", "postgresql://u:secret@/d",
      "postgresql://u:secret@h:0/d", "postgresql://u:secret@h:65536/d", "postgresql://u:secret@h:+5/d",
      "postgresql://u:secret@h:/d", "postgresql://u:secret@::1/d", "postgresql://u:secret@[::1/d",
      "postgresql://u:secret@h/d?host=/tmp", "postgresql://u:secret@/d?host=tmp", "postgresql://u:secret@h/d?x=secret",
      "postgresql://u:secret%@h/d", "postgresql://u:secret%4@h/d", "postgresql://u:secret%+4@h/d",
      "postgresql://u:secret%ff@h/d", "postgresql://u:secret%00@h/d", "postgresql://u:secret@more@h/d",
      "postgresql://u:secret@h/d#x", "postgresql://u:secret@[]/d",
    ])
  func refused(_ text: String) {
    #expect {
      try PostgreSQLAddress(text)
    } throws: { error in
      let error = error as? RetrievalError
      return error?.code == .invalidSetting && error?.description.contains("secret") == false
    }
  }

  @Test("TLS is not supported, and asking for it says so", arguments: ["require", "verify-full", "prefer"])
  func tls(mode: String) {
    #expect {
      try PostgreSQLAddress("postgresql://u@h/d?sslmode=\(mode)")
    } throws: { error in
      let error = error as? RetrievalError
      return error?.code == .unsupported && error?.description.contains("TLS") == true
    }
  }

  @Test("its description leaves the password out")
  func description() throws {
    #expect(try PostgreSQLAddress("postgresql://u:secret@[::1]/d").description == "postgresql://u@[::1]:5432/d")
    #expect(try PostgreSQLAddress("postgresql://u:secret@/d?host=/t").description == "postgresql://u@:5432/d?host=/t")
  }
}
