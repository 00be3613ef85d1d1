import Foundation
import InkFormats
import Testing

@Suite("Redirects")
struct HubRedirectTests {
  private static let model = ServedModel.single(5000)

  private func pull(_ world: borrowing HubWorld) async throws -> String {
    let client = world.client
    let listing = try await client.list(try Self.model.repository)
    return try await client.download(listing.files, of: listing)
  }

  @Test("the token stays with the hub when a file lies on another host, and the Range goes along")
  func otherHost() async throws {
    let content = Self.model.files[0].bytes
    try await TestHTTPServer.run({ request, tries in
      .ranged(content, request, delivery: tries == 0 ? .dropAfter(1000) : .whole)
    }) { store in
      let place = store.address
      try await TestHTTPServer.run(Self.model.answer { _, _, _ in .redirect(place + "/blob?signature=1") }) { server in
        let world = try HubWorld(server: server, token: .value("secret"))
        let folder = try await pull(world)
        #expect(FileManager.default.contents(atPath: folder + "/model.gguf") == Data(content))
        #expect(server.requests.allSatisfy { $0.token == "Bearer secret" })
        #expect(store.requests.count == 2)
        #expect(store.requests.allSatisfy { $0.token == nil })
        #expect((1...1000).contains(try #require(store.requests.last?.rangeStart)))
      }
    }
  }

  @Test("a redirect on the same host keeps the token")
  func sameHost() async throws {
    let content = Self.model.files[0].bytes
    let answer: TestHTTPServer.Answer = { request, tries in
      if request.path == "/moved" { return .ranged(content, request) }
      return Self.model.answer { _, _, _ in .redirect("/moved") }(request, tries)
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server, token: .value("secret"))
      _ = try await pull(world)
      #expect(server.requests.map(\.token) == Array(repeating: "Bearer secret", count: 3))
    }
  }

  @Test("a circle is noticed")
  func circle() async throws {
    let answer: TestHTTPServer.Answer = { request, _ in .redirect(request.path == "/a" ? "/b" : "/a") }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await pull(world) }
      #expect(error?.code == .redirect)
      #expect(server.requests.count == 3)
    }
  }

  @Test("an endless chain is bounded")
  func chain() async throws {
    let answer: TestHTTPServer.Answer = { request, _ in .redirect("\(request.path.prefix { $0 != "?" })x") }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await pull(world) }
      #expect(error?.code == .redirect)
      #expect(server.requests.count <= 12)
    }
  }

  @Test(
    "a redirect without a place, or to another kind of address, is refused",
    arguments: ["", "file:///etc/passwd", "ftp://x/y"])
  func strange(location: String) async throws {
    let answer: TestHTTPServer.Answer = { _, _ in
      location.isEmpty ? .status(302) : .redirect(location)
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await pull(world) }
      #expect(error?.code == (location.isEmpty ? .badResponse : .invalidReference))
    }
  }

  @Test("https does not lead to http")
  func downgrade() throws {
    let address = try HubAddress("https://hub.example/a")
    #expect(throws: HubError.self) { _ = try address.following(location: "http://hub.example/b") }
    #expect(try address.following(location: "/b?c=1").text == "https://hub.example/b?c=1")
  }
}
