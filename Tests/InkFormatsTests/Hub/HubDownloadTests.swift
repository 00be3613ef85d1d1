import Foundation
import InkFormats
import Testing

@Suite("Downloads from a hub")
struct HubDownloadTests {
  private static let big = ServedModel.single(300_000)

  private func pull(_ world: borrowing HubWorld, _ model: ServedModel) async throws -> String {
    let client = world.client
    let listing = try await client.list(try model.repository, events: world.events.handler)
    return try await client.download(listing.files, of: listing, events: world.events.handler)
  }

  private func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { [UInt8]($0) } }

  @Test("files land in the shared cache layout, with relative links and the branch noted")
  func layout() async throws {
    let model = ServedModel(files: [
      ("config.json", Array("{}".utf8), false), ("sub/weights.bin", ServedModel.noise(5000), true),
    ])
    try await TestHTTPServer.run(model.answer()) { server in
      let world = try HubWorld(server: server)
      let folder = try await pull(world, model)
      let root = world.folder + "/hf/models--org--name"
      #expect(folder == "\(root)/snapshots/\(ServedModel.commit)")
      #expect(bytes(folder + "/sub/weights.bin") == model.files[1].bytes)
      #expect(bytes(root + "/refs/main") == Array(ServedModel.commit.utf8))
      let small = ServedModel.gitBlob(model.files[0].bytes)
      let large = ServedModel.sha256(model.files[1].bytes)
      let manager = FileManager.default
      #expect(try manager.destinationOfSymbolicLink(atPath: folder + "/config.json") == "../../blobs/\(small)")
      #expect(try manager.destinationOfSymbolicLink(atPath: folder + "/sub/weights.bin") == "../../../blobs/\(large)")
    }
  }

  @Test("a complete file is not fetched again")
  func again() async throws {
    try await TestHTTPServer.run(Self.big.answer()) { server in
      let world = try HubWorld(server: server)
      _ = try await pull(world, Self.big)
      _ = try await pull(world, Self.big)
      #expect(server.requests.count { $0.path.contains("/resolve/") } == 1)
    }
  }

  @Test("a dropped connection is continued with a Range and ends with equal bytes", arguments: [1, 1000, 299_999])
  func resume(after count: Int) async throws {
    let answer = Self.big.answer { request, tries, bytes in
      tries == 0 ? .ranged(bytes, request, delivery: .dropAfter(count)) : nil
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let folder = try await pull(world, Self.big)
      #expect(bytes(folder + "/model.gguf") == Self.big.files[0].bytes)
      let files = server.requests.filter { $0.path.contains("/resolve/") }
      #expect(files.count == 2)
      #expect((1...count).contains(try #require(files.last?.rangeStart)))
      #expect(world.events.all.contains { if case .retrying = $0 { true } else { false } })
    }
  }

  @Test("an interrupted download shows no file, and the next call continues it")
  func interrupted() async throws {
    let answer = Self.big.answer { request, tries, bytes in
      tries < 3 ? .ranged(bytes, request, delivery: .dropAfter(tries == 0 ? 70_000 : 0)) : nil
    }
    try await TestHTTPServer.run(answer) { server in
      var world = try HubWorld(server: server)
      world.configuration.retry = RetryPolicy(attempts: 2)
      await #expect(throws: HubError.self) { _ = try await pull(world, Self.big) }
      #expect(world.visiblePaths.isEmpty)
      let partial = try #require(world.allPaths.first { $0.hasSuffix(".incomplete") })
      let kept = try #require(bytes(world.folder + "/" + partial)).count
      #expect((1...70_000).contains(kept))
      let folder = try await pull(world, Self.big)
      #expect(bytes(folder + "/model.gguf") == Self.big.files[0].bytes)
      #expect(server.requests.last?.rangeStart == kept)
    }
  }

  @Test("a server that ignores Range is read from the beginning")
  func ignoresRange() async throws {
    let answer = Self.big.answer { _, tries, bytes in
      Reply(body: bytes, delivery: tries == 0 ? .dropAfter(100_000) : .whole)
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let folder = try await pull(world, Self.big)
      #expect(bytes(folder + "/model.gguf") == Self.big.files[0].bytes)
      #expect((1...100_000).contains(try #require(server.requests.last?.rangeStart)))
    }
  }

  @Test("kept bytes of another version are thrown away once and the file is fetched anew")
  func stalePartial() async throws {
    try await TestHTTPServer.run(Self.big.answer()) { server in
      let world = try HubWorld(server: server)
      let blobs = world.folder + "/hf/models--org--name/blobs"
      try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
      let partial = "\(blobs)/\(ServedModel.sha256(Self.big.files[0].bytes)).incomplete"
      #expect(FileManager.default.createFile(atPath: partial, contents: Data(ServedModel.noise(5000, seed: 9))))
      let folder = try await pull(world, Self.big)
      #expect(bytes(folder + "/model.gguf") == Self.big.files[0].bytes)
      #expect(server.requests.suffix(2).map(\.rangeStart) == [5000, nil])
    }
  }

  @Test("a range the server refuses leads to a new start")
  func refusedRange() async throws {
    let answer = Self.big.answer { request, tries, bytes in
      switch tries {
      case 0: .ranged(bytes, request, delivery: .dropAfter(1000))
      case 1: .status(416)
      default: nil
      }
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let folder = try await pull(world, Self.big)
      #expect(bytes(folder + "/model.gguf") == Self.big.files[0].bytes)
      #expect(server.requests.last?.rangeStart == nil)
    }
  }

  @Test("changed bytes are refused by their hash and leave nothing behind", arguments: [true, false])
  func wrongHash(large: Bool) async throws {
    let model = ServedModel(files: [("file", ServedModel.noise(4000), large)])
    let answer = model.answer { _, _, bytes in Reply(body: Array(bytes.dropLast()) + [bytes.last.map { ~$0 } ?? 0]) }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await pull(world, model) }
      #expect(error?.code == .hashMismatch)
      #expect(world.visiblePaths.isEmpty)
      #expect(!world.allPaths.contains { $0.hasSuffix(".incomplete") })
    }
  }

  @Test("another length than the listed one is refused before it is stored", arguments: [3999, 4001, 0])
  func wrongLength(length: Int) async throws {
    let model = ServedModel.single(4000)
    let answer = model.answer { _, _, _ in Reply(body: ServedModel.noise(length)) }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await pull(world, model) }
      #expect(error?.code == .sizeMismatch)
      #expect(world.visiblePaths.isEmpty)
    }
  }

  @Test("a Content-Length that promises more than comes is seen as a broken connection")
  func longPromise() async throws {
    let model = ServedModel.single(4000)
    let answer = model.answer { _, tries, bytes in
      tries == 0 ? Reply(body: Array(bytes.prefix(100)), delivery: .dropAfter(100), announcedLength: 4000) : nil
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let folder = try await pull(world, model)
      #expect(bytes(folder + "/model.gguf") == model.files[0].bytes)
    }
  }

  @Test("an etag of another file is refused")
  func wrongTag() async throws {
    let model = ServedModel.single(4000)
    let other = ServedModel.sha256([1])
    let answer = model.answer { _, _, bytes in Reply(headers: [("X-Linked-Etag", "\"\(other)\"")], body: bytes) }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let error = await #expect(throws: HubError.self) { _ = try await pull(world, model) }
      #expect(error?.code == .hashMismatch)
      #expect(error?.found == other)
    }
  }

  @Test("a stalled transfer is broken off and continued")
  func stall() async throws {
    let answer = Self.big.answer { request, tries, bytes in
      tries == 0 ? .ranged(bytes, request, delivery: .stallAfter(50_000)) : nil
    }
    try await TestHTTPServer.run(answer) { server in
      var world = try HubWorld(server: server)
      world.configuration.stallTimeout = .milliseconds(200)
      let folder = try await pull(world, Self.big)
      #expect(bytes(folder + "/model.gguf") == Self.big.files[0].bytes)
      // The first continuation; a machine that is busy with other tests may see more than one stall.
      let starts = server.requests.compactMap(\.rangeStart)
      #expect((1...50_000).contains(try #require(starts.first)))
    }
  }

  @Test("a slow but living transfer is left alone")
  func trickle() async throws {
    let model = ServedModel.single(2000)
    let answer = model.answer { _, _, bytes in
      Reply(body: bytes, delivery: .trickle(piece: 250, pause: .milliseconds(50)))
    }
    try await TestHTTPServer.run(answer) { server in
      var world = try HubWorld(server: server)
      // Generous: other tests run beside this one and may keep its task waiting.
      world.configuration.stallTimeout = .seconds(60)
      let folder = try await pull(world, model)
      #expect(bytes(folder + "/model.gguf") == model.files[0].bytes)
      #expect(server.requests.count == 2)
    }
  }

  @Test("two pulls of the same file at once fetch it once")
  func concurrent() async throws {
    let answer = Self.big.answer { request, _, bytes in
      .ranged(bytes, request, delivery: .trickle(piece: 100_000, pause: .milliseconds(50)))
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let client = HubClient(configuration: world.configuration)
      let listing = try await client.list(try Self.big.repository)
      let handler = world.events.handler
      async let first = client.download(listing.files, of: listing, events: handler)
      async let second = client.download(listing.files, of: listing, events: handler)
      let folders = try await [first, second]
      #expect(folders[0] == folders[1])
      #expect(bytes(folders[0] + "/model.gguf") == Self.big.files[0].bytes)
      #expect(server.requests.count { $0.path.contains("/resolve/") } == 1)
      #expect(world.events.all.contains(.waitingForLock(file: "model.gguf")))
    }
  }

  @Test("a cancelled download keeps its part aside")
  func cancelled() async throws {
    let answer = Self.big.answer { request, _, bytes in
      .ranged(bytes, request, delivery: .stallAfter(100_000))
    }
    try await TestHTTPServer.run(answer) { server in
      let world = try HubWorld(server: server)
      let client = world.client
      let listing = try await client.list(try Self.big.repository)
      let task = Task { try await client.download(listing.files, of: listing) }
      while !world.allPaths.contains(where: { $0.hasSuffix(".incomplete") }) {
        try await Task.sleep(for: .milliseconds(10))
      }
      try await Task.sleep(for: .milliseconds(50))
      task.cancel()
      let error = await #expect(throws: HubError.self) { _ = try await task.value }
      #expect(error?.code == .cancelled)
      #expect(world.visiblePaths.isEmpty)
    }
  }

  @Test("many files are fetched, several at a time")
  func parallel() async throws {
    let model = ServedModel(
      files: (0..<12).map { ("shard-\($0).safetensors", ServedModel.noise(3000 + $0, seed: UInt64($0 + 1)), true) })
    try await TestHTTPServer.run(model.answer()) { server in
      let world = try HubWorld(server: server)
      let folder = try await pull(world, model)
      for file in model.files { #expect(bytes(folder + "/" + file.path) == file.bytes) }
    }
  }

  @Test("offline mode asks nobody and says so")
  func offline() async throws {
    try await TestHTTPServer.run(Self.big.answer()) { server in
      var world = try HubWorld(server: server)
      world.configuration.network = .offline
      let error = await #expect(throws: HubError.self) { _ = try await pull(world, Self.big) }
      #expect(error?.code == .offline)
      #expect(server.requests.isEmpty)
    }
  }
}
