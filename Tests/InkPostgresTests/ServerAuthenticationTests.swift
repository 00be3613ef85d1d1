import InkPostgres
import InkRetrieval
import Testing

@Suite("Showing a server who one is", .enabled(if: TestServer.isHere, "INKSTONE_TEST_POSTGRES names no server"))
struct ServerAuthenticationTests {
  @Test("a wrong password, none and a database that is not there are told with the cure")
  func refused() async throws {
    let address = try TestServer.address()
    var wrong = address
    wrong.password = "not it"
    let refusal = await refusal(at: wrong)
    #expect(refusal?.description.contains("28P01") == true)
    #expect(refusal?.description.contains("not it") == false)
    wrong.password = nil
    #expect(await self.refusal(at: wrong)?.expected == "a password")
    var elsewhere = address
    elsewhere.database = "no such database"
    #expect(await self.refusal(at: elsewhere)?.code == .notFound)
  }

  @Test("the right password is taken")
  func taken() async throws {
    #expect(await refusal(at: try TestServer.address()) == nil)
  }

  @Test(
    "a server is reached by its socket too, where it trusts the machine",
    .enabled(if: TestServer.folder != nil, "INKSTONE_TEST_POSTGRES_FOLDER names no folder"))
  func socket() async throws {
    let address = try TestServer.address()
    let folder = try #require(TestServer.folder)
    guard case .host(_, let port) = address.endpoint else {
      Issue.record("\(address.endpoint)")
      return
    }
    let local = PostgreSQLAddress(.folder(folder, port: port), user: address.user, database: address.database)
    #expect(await refusal(at: local) == nil)
    #expect(await refusal(at: try PostgreSQLAddress("postgresql://u@/d?host=/no/such/folder"))?.code == .unreachable)
  }

  private func refusal(at address: PostgreSQLAddress) async -> RetrievalError? {
    do throws(RetrievalError) {
      _ = try await PostgreSQLKnowledgeStore.names(at: address)
      return nil
    } catch { return error }
  }
}
