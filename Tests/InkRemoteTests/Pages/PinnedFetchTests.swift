import InkRemote
import Testing

@Suite("Pages from a chosen address")
struct PinnedFetchTests {
  private static func answer(_ status: String, _ fields: String = "", body: String) -> [ScriptedServer.Step] {
    let head = "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n"
    return [.send(head + body), .close]
  }

  @Test("the connection goes to the address that was chosen, and the server is told the name")
  func pinned() async throws {
    try await withServer { _, _ in
      Self.answer("200 OK", body: "hello")
    } body: { server, _ in
      let address = server.address.replacing("127.0.0.1", with: "a-name.invalid") + "/page"
      let response = try await PinnedFetch().response(
        of: address, host: "a-name.invalid", network: "127.0.0.1", limit: 100)
      #expect(response.status == 200)
      #expect(response.contentType == "text/plain")
      #expect(String(decoding: response.body, as: UTF8.self) == "hello")
      #expect(server.requests.first?.path == "/page")
      #expect(server.requests.first?.fields["host"]?.hasPrefix("a-name.invalid") == true)
    }
  }

  @Test("a redirect is told and not followed")
  func redirect() async throws {
    try await withServer { _, _ in
      Self.answer("302 Found", "Location: http://10.0.0.1/\r\n", body: "")
    } body: { server, _ in
      let response = try await PinnedFetch().response(
        of: server.address, host: "127.0.0.1", network: "127.0.0.1", limit: 100)
      #expect(response.status == 302)
      #expect(response.location == "http://10.0.0.1/")
      #expect(server.requests.count == 1)
    }
  }

  @Test("a body is read to one byte more than is allowed", arguments: [(0, 1), (4, 5), (10, 10), (.max, 10)])
  func limit(limit: Int, read: Int) async throws {
    try await withServer { _, _ in
      Self.answer("200 OK", body: "0123456789")
    } body: { server, _ in
      let response = try await PinnedFetch().response(
        of: server.address, host: "127.0.0.1", network: "127.0.0.1", limit: limit)
      #expect(response.body.count == read)
    }
  }
}
