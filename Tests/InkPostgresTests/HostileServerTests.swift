import InkPostgres
import InkRetrieval
import NIOCore
import NIOPosix
import Testing

@Suite("Servers that are wrong or hostile")
struct HostileServerTests {
  private static let accepted = ScriptedServer.message("R", [0, 0, 0, 0])
  private static let ready = ScriptedServer.message("Z", Array("I".utf8))

  private static func demand(_ kind: UInt8, _ more: [UInt8] = []) -> [UInt8] {
    ScriptedServer.message("R", [0, 0, 0, kind] + more)
  }

  private func refusal(
    _ answers: [[UInt8]], options: PostgreSQLOptions = PostgreSQLOptions(timeout: 20)
  ) async throws
    -> RetrievalError?
  {
    try await ScriptedServer.serving(answers) { address in
      do throws(RetrievalError) {
        _ = try await PostgreSQLKnowledgeStore.names(at: address, options: options)
        return nil
      } catch { return error }
    }
  }

  @Test("a password is not sent as it is unless that was asked for")
  func clearText() async throws {
    let refused = try await refusal([Self.demand(3)])
    #expect(refused?.code == .unsupported)
    #expect(refused?.description.contains("scram") == true)
    // Asked for, it is sent: the server goes on to take the session.
    let options = PostgreSQLOptions(timeout: 20, clearTextPassword: .sent)
    let answers = ScriptedServer.message("D", [0, 1, 0, 0, 0, 1] + Array("x".utf8)) + Self.ready
    let names = try await ScriptedServer.serving([Self.demand(3), Self.accepted + Self.ready, answers]) { address in
      try await PostgreSQLKnowledgeStore.names(at: address, options: options).map(\.description)
    }
    #expect(names == ["x"])
  }

  @Test("a server that proves nothing by SCRAM is left before anything is asked of it")
  func unprovenServer() async throws {
    let refused = try await refusal([
      Self.demand(10, Array("SCRAM-SHA-256\0\0".utf8)), Self.accepted + Self.ready, Self.ready,
    ])
    #expect(refused?.description.contains("does not know the password") == true)
  }

  @Test("a way to authenticate that is not known is refused with what would do", arguments: [UInt8(7), 2, 99])
  func unknownDemand(kind: UInt8) async throws {
    let refused = try await refusal([Self.demand(kind)])
    #expect(refused?.code == .unsupported)
    #expect(refused?.description.contains("scram-sha-256") == true)
  }

  @Test("an error of the server is told with its code and the cure")
  func serverError() async throws {
    let fields = "SFATAL\0C3D000\0Mdatabase \"d\" does not exist\0\0"
    let refused = try await refusal([ScriptedServer.message("E", Array(fields.utf8))])
    #expect(refused?.code == .notFound)
    #expect(refused?.description.contains("createdb") == true)
    #expect(refused?.description.contains("3D000") == true)
  }

  @Test(
    "bytes that are no messages, or wrong ones, are an error and not a trap",
    arguments: [
      Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [], [0x52, 0, 0, 0, 3], [0x52, 0xFF, 0xFF, 0xFF, 0xFF],
      [0x52, 0x7F, 0xFF, 0xFF, 0xFF], ScriptedServer.message("R", [0, 0]),
      ScriptedServer.message("R", [0, 0, 0, 5, 1]),
      ScriptedServer.message("E", Array("C3D".utf8)), ScriptedServer.message("E", [0]),
      ScriptedServer.message("Z", []), ScriptedServer.message("Z", [0x51]),
      ScriptedServer.message("D", [0, 2, 0, 0, 0, 9, 1]), ScriptedServer.message("D", [0xFF, 0xFF]),
      ScriptedServer.message("D", [0, 1, 0x80, 0, 0, 0]), ScriptedServer.message("S", [1, 2, 3]),
      ScriptedServer.message("G", []),
    ])
  func damagedMessages(bytes: [UInt8]) async throws {
    let atStart = try await refusal([bytes])
    #expect(atStart != nil)
    #expect(atStart?.hint.isEmpty == false)
    let later = try await refusal([Self.accepted + Self.ready, bytes])
    #expect(later != nil)
  }

  @Test("a server that says nothing is given up on")
  func silent() async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let address = PostgreSQLAddress(
      .host("127.0.0.1", port: channel.localAddress?.port ?? 0), user: "u", database: "d")
    await #expect {
      try await PostgreSQLKnowledgeStore.names(at: address, options: PostgreSQLOptions(timeout: 0.2))
    } throws: { error in (error as? RetrievalError)?.description.contains("in time") == true }
    try await channel.close()
    await #expect {
      try await PostgreSQLKnowledgeStore.names(at: address, options: PostgreSQLOptions(timeout: 0.2))
    } throws: { error in (error as? RetrievalError)?.hint.contains("server runs") == true }
  }

  @Test("options that cannot be right are refused")
  func options() async throws {
    let address = PostgreSQLAddress(.folder("/nowhere", port: 1), user: "u", database: "d")
    for options in [
      PostgreSQLOptions(connections: 0), PostgreSQLOptions(timeout: .nan), PostgreSQLOptions(patience: -1),
    ] {
      await #expect {
        try await PostgreSQLKnowledgeStore.names(at: address, options: options)
      } throws: { error in (error as? RetrievalError)?.code == .invalidSetting }
    }
  }
}
