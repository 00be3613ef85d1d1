import InkServer
import InkTesting
import Testing

@Suite("Addresses that cannot be listened on")
struct ListeningErrorTests {
  @Test("a port that another server has is named, with what to do")
  func taken() async throws {
    let first = try await RunningServer(TestServer(chat: ScriptedChatModel("x")))
    var second = TestServer(chat: ScriptedChatModel("x"))
    second.settings.port = first.port
    let other = second.server
    let error = await #expect(throws: ListeningError.self) { try await other.run() }
    #expect(error?.code == .taken)
    #expect(error?.port == first.port)
    #expect(error?.description.contains("--port") == true)
    first.server.drain()
    try await first.end()
  }

  @Test("a host that is no address of this machine is named")
  func notHere() async throws {
    var test = TestServer(chat: ScriptedChatModel("x"))
    // An address of the block for documentation (RFC 5737).
    test.settings.host = "192.0.2.1"
    test.settings.port = 0
    let server = test.server
    let error = await #expect(throws: ListeningError.self) { try await server.run() }
    #expect(error?.code == .notHere)
    #expect(error?.host == "192.0.2.1")
  }
}
