import Foundation
import InkFormats
import Testing

@Suite("Listing a repository")
struct HubListingTests {
  private static let repository = try? HubRepository(hub: .huggingFace, organization: "org", name: "name")

  private func list(_ world: borrowing HubWorld) async throws -> HubListing {
    try await world.client.list(try #require(Self.repository), events: world.events.handler)
  }

  @Test("lengths and hashes come from one request, with the token")
  func single() async throws {
    let model = ServedModel(files: [("a.json", [1, 2], false), ("b/c.gguf", [3], true)])
    try await TestHTTPServer.run(model.answer()) { server in
      let world = try HubWorld(server: server, token: .value(" secret\n"))
      let listing = try await list(world)
      #expect(listing.commit == ServedModel.commit)
      #expect(
        listing.files == [
          HubFile(path: "a.json", size: 2, hash: .gitBlob(ServedModel.gitBlob([1, 2]))),
          HubFile(path: "b/c.gguf", size: 1, hash: .sha256(ServedModel.sha256([3]))),
        ])
      #expect(server.requests.map(\.path) == ["/api/models/org/name/revision/main?blobs=true"])
      #expect(server.requests.first?.token == "Bearer secret")
    }
  }

  @Test("a mirror without lengths is asked for the tree, page by page")
  func tree() async throws {
    let sha = ServedModel.sha256([7])
    let oid = ServedModel.gitBlob([8])
    let answer: TestHTTPServer.Answer = { request, _ in
      switch request.path {
      case "/api/models/org/name/revision/main?blobs=true":
        return .json(#"{"sha": "\#(ServedModel.commit)", "siblings": [{"rfilename": "a"}]}"#)
      case "/api/models/org/name/tree/\(ServedModel.commit)?recursive=true":
        var reply = Reply.json(
          #"[{"type": "directory", "path": "d", "size": 0}, {"type": "file", "path": "d/a", "size": 130, "oid": "\#(oid)", "lfs": {"oid": "\#(sha)", "size": 1}}]"#
        )
        reply.headers = [("Link", "</next>; rel=\"next\"")]
        return reply
      case "/next": return .json(#"[{"type": "file", "path": "b", "size": 1, "oid": "\#(oid)"}]"#)
      default: return .status(404)
      }
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let files = try await list(world).files
      #expect(
        files == [
          HubFile(path: "d/a", size: 1, hash: .sha256(sha)), HubFile(path: "b", size: 1, hash: .gitBlob(oid)),
        ])
    }
  }

  @Test(
    "a status that will not change is told at once with its cure",
    arguments: [
      (401, HubError.Code.unauthorized, "HF_TOKEN"), (403, .forbidden, "terms"), (404, .notFound, "spelling"),
      (418, .badResponse, "address"),
    ])
  func finalStatus(status: Int, code: HubError.Code, hint: String) async throws {
    try await TestHTTPServer.run({ _, _ in .status(status) }) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await list(world) }
      #expect(error?.code == code)
      #expect(error?.hint.contains(hint) == true)
      #expect(server.requests.count == 1)
    }
  }

  @Test("a failing hub is asked again with growing pauses")
  func serverFailure() async throws {
    let model = ServedModel.single(1)
    let answer: TestHTTPServer.Answer = { request, tries in tries < 3 ? .status(503) : model.answer()(request, tries) }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      #expect(try await list(world).files.count == 1)
      #expect(world.clock.sleeps == [.milliseconds(500), .seconds(1), .seconds(2)])
    }
  }

  @Test("a hub that keeps failing ends in a typed error")
  func keepsFailing() async throws {
    try await TestHTTPServer.run({ _, _ in .status(500) }) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await list(world) }
      #expect(error?.code == .serverFailure)
      #expect(server.requests.count == world.configuration.retry.attempts)
    }
  }

  @Test("Retry-After is followed")
  func retryAfter() async throws {
    let model = ServedModel.single(1)
    let answer: TestHTTPServer.Answer = { request, tries in
      tries == 0 ? .status(429, [("Retry-After", "7")]) : model.answer()(request, tries)
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      #expect(try await list(world).files.count == 1)
      #expect(world.clock.sleeps == [.seconds(7)])
    }
  }

  @Test("a Retry-After beyond our patience is told to the user")
  func retryAfterTooLong() async throws {
    try await TestHTTPServer.run({ _, _ in .status(429, [("Retry-After", "86400")]) }) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await list(world) }
      #expect(error?.code == .rateLimited)
      #expect(error?.hint.contains("86400") == true)
      #expect(world.clock.sleeps.isEmpty)
    }
  }

  @Test("a hub that cannot be reached ends in a network error")
  func unreachable() async throws {
    var world = try HubWorld()
    world.configuration.retry = RetryPolicy(attempts: 2)
    let error = await #expect(throws: HubError.self) { _ = try await list(world) }
    #expect(error?.code == .network)
    #expect(world.clock.sleeps.count == 1)
  }

  @Test(
    "file names that would leave the cache are refused",
    arguments: [
      "../evil", "a/../../evil", "/etc/passwd", "a//b", "", ".", "a/./b", "a\\\\..\\\\b", "nul\\u0000", "line\\nbreak",
      "~/evil", "a/", String(repeating: "x", count: 256), String(repeating: "y/", count: 600) + "y",
    ])
  func hostileNames(name: String) async throws {
    let json =
      #"{"sha": "\#(ServedModel.commit)", "siblings": [{"rfilename": "\#(name)", "size": 1, "blobId": "\#(ServedModel.gitBlob([1]))"}]}"#
    try await TestHTTPServer.run({ _, _ in .json(json) }) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await list(world) }
      #expect(error?.code == .unsafePath)
      #expect(world.allPaths.isEmpty)
    }
  }

  @Test(
    "answers that are not what the protocol promises are refused",
    arguments: [
      "", "null", "[]", "{}", #"{"sha": "main", "siblings": []}"#, #"{"sha": "../../x", "siblings": []}"#,
      #"{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "a", "size": -1}]}"#,
      #"{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": "a", "size": 1, "blobId": "../x"}]}"#,
      String(repeating: "[", count: 100_000), "<html>",
    ])
  func badAnswers(json: String) async throws {
    try await TestHTTPServer.run({ _, _ in .json(json) }) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await list(world) }
      #expect(error?.code == .badResponse)
    }
  }

  @Test("an endless answer is cut off")
  func endless() async throws {
    try await TestHTTPServer.run({ _, _ in Reply(body: [UInt8](repeating: 0x20, count: 200_000)) }) { server in
      var world = try HubWorld(server: server)
      world.configuration.apiResponseLimit = 100_000
      let error = await #expect(throws: HubError.self) { _ = try await list(world) }
      #expect(error?.code == .badResponse)
      #expect(error?.expected == "at most 100000 bytes")
    }
  }
}
