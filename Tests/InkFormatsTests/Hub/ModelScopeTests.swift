import Foundation
import InkFormats
import Testing

@Suite("ModelScope")
struct ModelScopeTests {
  private static let content = ServedModel.noise(20_000)

  private static func answer(_ name: String = "w/model.gguf", sha: String? = nil) -> TestHTTPServer.Answer {
    { request, tries in
      switch request.path {
      case "/api/v1/models/org/na.me/repo/files?Revision=master&Recursive=True":
        return .json(
          #"""
          {"Code": 200, "Data": {"Files": [
            {"Name": "w", "Path": "w", "Type": "tree", "Size": 0, "Sha256": ""},
            {"Name": "m", "Path": "\#(name)", "Type": "blob", "Size": 20000,
             "Sha256": "\#(sha ?? ServedModel.sha256(content))"}]}, "Message": "success", "Success": true}
          """#)
      case "/api/v1/models/org/na.me/repo?Revision=master&FilePath=w%2Fmodel.gguf":
        return .ranged(content, request, delivery: tries == 0 ? .dropAfter(7000) : .whole)
      default: return .status(404)
      }
    }
  }

  private static var repository: HubRepository {
    get throws { try HubRepository(hub: .modelScope, organization: "org", name: "na.me") }
  }

  @Test("files are listed, fetched with resume and laid out as its own tool does")
  func whole() async throws {
    try await TestHTTPServer.run(Self.answer()) { server in
      let world = try HubWorld(server: server, token: .value("t"))
      let listing = try await world.client.list(try Self.repository)
      let folder = try await world.client.download(listing.files, of: listing)
      #expect(folder == world.folder + "/ms/models/org/na___me")
      #expect(FileManager.default.contents(atPath: folder + "/w/model.gguf") == Data(Self.content))
      #expect((1...7000).contains(try #require(server.requests.last?.rangeStart)))
      #expect(server.requests.allSatisfy { $0.token == "Bearer t" })
      _ = try await world.client.download(listing.files, of: listing)
      #expect(server.requests.count == 3)
    }
  }

  @Test("a file that was changed on the disk is fetched again")
  func changed() async throws {
    try await TestHTTPServer.run(Self.answer()) { server in
      let world = try HubWorld(server: server)
      let listing = try await world.client.list(try Self.repository)
      let path = try await world.client.download(listing.files, of: listing) + "/w/model.gguf"
      try Data(Self.content.map { ~$0 }).write(to: URL(filePath: path))
      _ = try await world.client.download(listing.files, of: listing)
      #expect(FileManager.default.contents(atPath: path) == Data(Self.content))
    }
  }

  @Test("a wrong hash is refused")
  func wrongHash() async throws {
    try await TestHTTPServer.run(Self.answer(sha: ServedModel.sha256([1]))) { server in
      let world = try HubWorld(server: server)
      let listing = try await world.client.list(try Self.repository)
      let error = await #expect(throws: HubError.self) {
        _ = try await world.client.download(listing.files, of: listing)
      }
      #expect(error?.code == .hashMismatch)
      #expect(world.visiblePaths.isEmpty)
    }
  }

  @Test("a hostile name is refused")
  func hostile() async throws {
    try await TestHTTPServer.run(Self.answer("../../evil")) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await world.client.list(try Self.repository) }
      #expect(error?.code == .unsafePath)
    }
  }

  @Test("an error inside a good status is told")
  func inner() async throws {
    try await TestHTTPServer.run({ _, _ in .json(#"{"Code": 404, "Message": "no such model", "Success": false}"#) }) {
      server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await world.client.list(try Self.repository) }
      #expect(error?.code == .notFound)
      #expect(error?.found.contains("no such model") == true)
    }
  }
}
