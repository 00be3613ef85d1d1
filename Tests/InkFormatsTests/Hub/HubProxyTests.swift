import Foundation
import InkFormats
import NIOHTTP1
import Testing

@Suite("Requests through a proxy")
struct HubProxyTests {
  private static let model = ServedModel.single(2000)

  @Test("the proxy is asked for a tunnel with its password, and never sees the hub's token")
  func proxied() async throws {
    try await TestHTTPServer.run({ _, _ in .status(403) }) { server in
      var world = try HubWorld(token: .value("secret"))
      world.configuration.huggingFace.address = "http://hub.test"
      world.configuration.retry = RetryPolicy(attempts: 2)
      world.configuration.proxy = try HubProxy(
        address: server.address.replacingOccurrences(of: "//", with: "//user:p%40ss@"), exceptions: "other.test")
      let error = await #expect(throws: HubError.self) {
        _ = try await world.client.list(try Self.model.repository)
      }
      #expect(error?.code == .network)
      #expect(error?.hint.contains("HTTPS_PROXY") == true)
      let password = Data("user:p@ss".utf8).base64EncodedString()
      #expect(server.requests.map(\.path) == ["hub.test:80", "hub.test:80"])
      #expect(server.requests.allSatisfy { $0.headers.first(name: "Proxy-Authorization") == "Basic \(password)" })
      #expect(server.requests.allSatisfy { $0.token == nil })
    }
  }

  @Test("an excepted host is reached directly")
  func direct() async throws {
    try await TestHTTPServer.run(Self.model.answer()) { server in
      var world = try HubWorld(server: server)
      world.configuration.proxy = try HubProxy(address: "http://127.0.0.1:9", exceptions: "127.0.0.1")
      #expect(try await world.client.list(try Self.model.repository).files.count == 1)
    }
  }

  @Test("a certificate file that is not there is named")
  func certificates() async throws {
    var world = try HubWorld()
    world.configuration.certificateFile = world.folder + "/none.pem"
    let error = await #expect(throws: HubError.self) {
      _ = try await world.client.list(try Self.model.repository)
    }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.context == world.folder + "/none.pem")
  }
}
